"""Asks step.c, GraphCost.java and step.py in turn, and prints medians and ratios. Run by run.sh."""

import statistics
import subprocess
import sys

ROUNDS = 15
# What each program is asked, and the row's name. C has no model of its own: the step's graph is what it can do at best.
WHAT = [
    ("getter", "getter", "getter", "mlx_array_ndim"),
    ("make", "make", "make", "an array made and freed"),
    ("add", "add", "add", "mlx_add, and the result freed"),
    ("step", "step", "step", "a decode step's graph"),
    ("step", "model", "model", "a model's decode step"),
    (None, "eight", "eight", "one of eight sequences"),
]


class Program:
    def __init__(self, command: list[str]):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, what: str) -> float:
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{self.process.args[0]} ended with {self.process.wait()}")
        return float(answer)

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait()


def median(values) -> float | None:
    known = [value for value in values if value is not None]
    return statistics.median(known) if known else None


def cell(value: float | None, width: int, digits: int) -> str:
    return f"{'-':>{width}}" if value is None else f"{value:{width}.{digits}f}"


def main(commands: list[list[str]]) -> None:
    programs = [Program(command) for command in commands]
    print(f"{'nanoseconds, medians of ' + str(ROUNDS):36}{'C':>10}{'Java':>10}{'Python':>10}{'of C':>8}{'of Python':>11}")
    for *questions, words in WHAT:
        rounds = [[program.ask(what) if what else None for program, what in zip(programs, questions)] for _ in range(ROUNDS)]
        times = "".join(cell(median(column), 10, 0) for column in zip(*rounds))
        of_c = median(c and java / c for c, java, _ in rounds)
        of_python = median(java / python for _, java, python in rounds)
        print(f"{words:36}{times}{cell(of_c, 8, 2)}{cell(of_python, 11, 2)}", flush=True)
    for program in programs:
        program.end()


if __name__ == "__main__":
    main([argument.split("\t") for argument in sys.argv[1:]])
