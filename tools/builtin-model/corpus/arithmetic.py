"""Sums, differences, small products and quotients, comparisons and counting on."""

from corpus.grammar import expand

ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen",
        "sixteen", "seventeen", "eighteen", "nineteen"]
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

EXPRESSIONS = {
    "+": ["$a + $b", "$a + $b", "$a+$b", "$a plus $b", "$a plus $b", "$a and $b", "the sum of $a and $b", "$a added to $b", "$b more than $a"],
    "-": ["$a - $b", "$a - $b", "$a-$b", "$a minus $b", "$a minus $b", "$a take away $b", "$b less than $a", "the difference between $a and $b", "$b subtracted from $a"],
    "*": ["$a * $b", "$a x $b", "$a times $b", "$a times $b", "$a*$b", "the product of $a and $b", "$a multiplied by $b", "$a multiplied with $b"],
    "/": ["$a / $b", "$a divided by $b", "$a divided by $b", "$a over $b", "$a/$b", "$a split into $b"],
}
FRAMES = ["What is $e?", "What is $e?", "What's $e?", "How much is $e?", "How many is $e?", "Calculate $e.", "Compute $e.", "Can you calculate $e?", "$e", "$e?", "$e =", "$e = ?",
          "Please calculate $e.", "Tell me $e.", "Work out $e.", "What does $e make?", "What do you get for $e?", "What do I get if I calculate $e?", "Solve $e.", "Give me $e.",
          "Do you know what $e is?", "I need $e.", "What is the result of $e?", "What is the answer to $e?", "Could you work out $e?", "Can you tell me what $e is?",
          "Evaluate $e.", "Find $e.", "How much would $e be?", "What does $e equal?", "Let me know $e.", "Let us do $e.", "What would $e be?", "$e equals what?", "$e is what?", "Result of $e?",
          "What number is $e?", "A sum for you: $e.", "I want to know $e.", "Tell me the result of $e.", "Answer this: $e.", "Simple maths: $e", "Math question: $e", "Quick, $e!"]
NOUNS = ["apples", "books", "coins", "eggs", "pears", "cards", "stones", "pens", "balls", "cakes", "stamps", "sweets", "oranges", "marbles", "pencils", "cookies", "flowers", "tickets", "shells", "keys"]
PEOPLE = ["Anna", "Ben", "Clara", "David", "Emma", "Felix", "Greta", "Hugo", "Ida", "Jonas", "Lena", "Max", "Nina", "Oscar", "Paula", "Tom", "Mia", "Leo", "I", "Sara", "Tim"]


def words(n: int) -> str:
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + ("-" + ONES[n % 10] if n % 10 else "")
    return "one hundred" if n == 100 else str(n)


def operands(rng):
    op = rng.choices("+-*/", [40, 28, 22, 8])[0]
    if op == "+":
        top = rng.choice([10, 20, 50, 50, 100])
        a, b = rng.randint(0, top), rng.randint(0, top)
        return op, a, b, a + b
    if op == "-":
        top = rng.choice([10, 20, 50, 50, 100])
        a, b = sorted((rng.randint(0, top), rng.randint(0, top)), reverse=True)
        return op, a, b, a - b
    a, b = rng.randint(0 if op == "*" else 1, 12), rng.randint(1, 12)
    return (op, a, b, a * b) if op == "*" else (op, a * b, b, a)


def worked(op: str, a: int, b: int, result: int) -> str:
    """The sum with the step between that makes it easy: tens and ones apart, or the tens taken away first."""
    if op == "+" and a % 10 and b % 10 and max(a, b) > 9:
        return f"{a} + {b} = {a // 10 * 10 + b // 10 * 10} + {a % 10 + b % 10} = {result}"
    if op == "-" and b % 10 and b > 9:
        return f"{a} - {b} = {a - b // 10 * 10} - {b % 10} = {result}"
    return f"{a} {op} {b} = {result}"


def sum_question(rng):
    op, a, b, result = operands(rng)
    spell = rng.random() < 0.12 and max(a, b) <= 20
    shown = (words(a), words(b)) if spell else (str(a), str(b))
    question = expand(rng, rng.choice(FRAMES), e=expand(rng, rng.choice(EXPRESSIONS[op]), a=shown[0], b=shown[1]))
    return question, worked(op, a, b, result) + "."


def word_problem(rng):
    who, thing = rng.choice(PEOPLE), rng.choice(NOUNS)
    have, has_more = ("have", "get") if who == "I" else ("has", "gets")
    kind = rng.randrange(3)
    end = rng.choice(["How many $t $do $w have now?", "How many $t are there now?", "How many is that?", "How many are there?"])
    if kind == 0:
        a, b = rng.randint(1, 30), rng.randint(1, 30)
        body = rng.choice(["$w $have $a $t and $gets $b more.", "$w $have $a $t and $buys $b more.", "$w $have $a $t and $finds $b more.", "If $w $have $a $t and somebody gives $w2 $b more,"])
        result, op = a + b, "+"
    elif kind == 1:
        a = rng.randint(2, 40)
        b = rng.randint(1, a)
        body = rng.choice(["$w $have $a $t and $gives away $b.", "$w $have $a $t and $loses $b.", "$w $have $a $t and $sells $b.", "If $w $have $a $t and $b of them are taken away,"])
        end = rng.choice([end, "How many $t are left?", "How many are left?", "How many remain?"])
        result, op = a - b, "-"
    else:
        a, b = rng.randint(2, 10), rng.randint(2, 10)
        body = rng.choice(["There are $a boxes with $b $t each.", "$w $have $a bags with $b $t each.", "One box holds $b $t and $w $have $a boxes."])
        end = rng.choice(["How many $t are there?", "How many $t in all?", "How many is that?", "How many $t does that make?"])
        result, op = a * b, "*"
    s = "" if who == "I" else "s"
    slots = dict(w=who, w2="me" if who == "I" else who, t=thing, a=a, b=b, have=have, gets=has_more, buys="buy" + s, finds="find" + s, loses="lose" + s, sells="sell" + s, gives="give" + s, do="do" if who == "I" else "does")
    if body.endswith(","):
        end = end[0].lower() + end[1:]
    text = expand(rng, body + " " + end, **slots)
    answer = f"{worked(op, a, b, result)}, so there are {result} {thing}."
    return text, answer


def comparison(rng):
    a, b = rng.sample(range(0, 101), 2)
    if rng.random() < 0.5:
        q = rng.choice(["Which is larger, $a or $b?", "Which number is bigger, $a or $b?", "What is more, $a or $b?", "Which is greater: $a or $b?", "Is $a or $b larger?", "Which one is higher, $a or $b?"])
        return expand(rng, q, a=a, b=b), f"{max(a, b)} is larger than {min(a, b)}."
    q = rng.choice(["Which is smaller, $a or $b?", "Which number is less, $a or $b?", "What is less, $a or $b?", "Which is the smaller number: $a or $b?", "Is $a or $b smaller?"])
    return expand(rng, q, a=a, b=b), f"{min(a, b)} is smaller than {max(a, b)}."


def counting(rng):
    kind = rng.randrange(5)
    if kind == 0:
        n = rng.randint(3, 12)
        q = rng.choice(["Count to $n.", "Count from 1 to $n.", "Can you count to $n?", "Please count up to $n.", "List the numbers from 1 to $n.", "Write the numbers from one to $n.", "Give me the numbers 1 to $n."])
        return expand(rng, q, n=n if rng.random() < 0.6 else words(n)), ", ".join(str(i) for i in range(1, n + 1)) + "."
    if kind == 1:
        n = rng.randint(0, 99)
        q = rng.choice(["What number comes after $n?", "What comes after $n?", "Which number follows $n?", "What is the next number after $n?", "Name the number after $n."])
        return expand(rng, q, n=n), f"The number after {n} is {n + 1}."
    if kind == 2:
        n = rng.randint(1, 100)
        q = rng.choice(["What number comes before $n?", "What comes before $n?", "Which number is just before $n?", "Name the number before $n."])
        return expand(rng, q, n=n), f"The number before {n} is {n - 1}."
    if kind == 3:
        n = rng.randint(1, 50)
        q = rng.choice(["Is $n even or odd?", "Is $n an even number?", "Is $n an odd number?", "Is the number $n odd or even?", "Tell me whether $n is even or odd.", "Is $n odd?", "Is $n even?"])
        return expand(rng, q, n=n), f"{n} is {'odd' if n % 2 else 'even'}."
    n = rng.randint(1, 50)
    if rng.random() < 0.5:
        q = rng.choice(["What is double $n?", "What is twice $n?", "Double $n.", "How much is two times $n?", "What do I get if I double $n?"])
        return expand(rng, q, n=n), f"Twice {n} is {2 * n}."
    q = rng.choice(["What is half of $n?", "Half of $n?", "How much is half of $n?", "Divide $n by two.", "What is one half of $n?"])
    return expand(rng, q, n=2 * n), f"Half of {2 * n} is {n}."


def question(rng):
    roll = rng.random()
    if roll < 0.70:
        return sum_question(rng)
    if roll < 0.83:
        return word_problem(rng)
    return comparison(rng) if roll < 0.89 else counting(rng)
