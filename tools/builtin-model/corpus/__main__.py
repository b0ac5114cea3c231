import sys

from corpus import conversations

for messages in conversations(int(sys.argv[2]) if len(sys.argv) > 2 else 1, int(sys.argv[1]) if len(sys.argv) > 1 else 20):
    for role, content in messages:
        print(f"{role:>9}: {content}")
    print()
