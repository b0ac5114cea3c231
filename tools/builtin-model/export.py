"""Turns a checkpoint into the files that ship, and says what quantisation costs.

    python export.py main  --work DIR --to FOLDER/tiny
    python export.py draft --work DIR --to FOLDER/tiny-draft
"""

import argparse
from pathlib import Path

import torch

import lm
import mlx_format
import text
from train import evaluate


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["main", "draft"])
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)

    tok = text.load_tokenizer(args.work)
    model = lm.Llama((lm.main_shape if args.what == "main" else lm.draft_shape)(tok.get_vocab_size()))
    model.load_state_dict(torch.load(args.work / f"{args.what}.pt"))
    text.save_tokenizer(tok, args.to)
    end_of_text, end = tok.token_to_id(text.END_OF_TEXT), tok.token_to_id(text.END)
    mlx_format.save(model.eval(), args.to, bos=end_of_text, eos=end, pad=end_of_text)

    before, after = evaluate(model, tok), evaluate(mlx_format.load(args.to), tok)
    size = sum(f.stat().st_size for f in args.to.iterdir())
    print(f"{args.to.name}: {model.parameter_count()} parameters, {size} bytes")
    print(f"held-back loss of answers {before[0]:.4f} as trained, {after[0]:.4f} quantised; of all text {before[1]:.4f} and {after[1]:.4f}")


if __name__ == "__main__":
    main()
