"""What is shown of a pasted text: one short line, without the secrets that may stand in it.

Too much is masked rather than too little. Every pattern is a fixed beginning and one run of
letters, so that none looks at a letter more than a few times.
"""

import re

MASK = "***"
MOST_LETTERS = 240
# Around the place that counts; a minified JSON file is one line of a megabyte.
WINDOW = 4_000

# Order matters: an address loses its password before its letters are taken for a long key.
SECRETS: tuple[tuple[re.Pattern[str], str], ...] = (
    # postgresql://user:password@host: what stands before the last @ of the address
    (re.compile(r"(://[^\s/:@]{0,100}:)[^\s\"'<>]{1,4000}@"), rf"\1{MASK}@"),
    # A webhook's address is its password: hooks.slack.com/services/T0/B0/letters
    (re.compile(r"(hooks\.slack\.com/)[^\s\"'<>]{1,4000}", re.IGNORECASE), rf"\1{MASK}"),
    (re.compile(r"(/webhooks?/)[^\s\"'<>]{1,4000}", re.IGNORECASE), rf"\1{MASK}"),
    # password=..., "SecretAccessKey": "...", X-Amz-Signature=..., PGPASSWORD=..., 비밀번호: ...
    # but not the name in a secret's ARN, where the account's number stands before
    (
        re.compile(
            r"(?<!\d:)((?:pass(?:word|phrase|wd)?|secret(?!smanager)|token|api[_-]?key|access[_-]?key(?:[_-]?id)?"
            r"|private[_-]?key|signature|webhook|authorization|cookie|비밀번호)"
            r"[\w-]{0,20}[\"']?\s{0,3}[=:]\s{0,3}(?:(?:bearer|basic|digest)\s{1,3})?)"
            r"(?:\"[^\"]{1,4000}\"|'[^']{1,4000}'|[^\s\"'&,;]{1,4000})",
            re.IGNORECASE,
        ),
        rf"\1{MASK}",
    ),
    (re.compile(r"\b(bearer|basic)\s{1,3}[\w.~+/=-]{8,4000}", re.IGNORECASE), rf"\1 {MASK}"),
    (re.compile(r"(--password[ =]|\s-p )[^\s-]\S{0,4000}"), rf"\1{MASK}"),
    # Keys that begin with who gave them: AWS, Slack, GitHub, Anthropic, Pulumi, a signed token
    (re.compile(r"\b(A[KS]IA)[A-Z0-9]{8,32}"), rf"\1{MASK}"),
    (
        re.compile(r"\b(xox[a-z]-|gh[a-z]_|github_pat_|sk-|pul-|eyJ)[\w.-]{8,4000}"),
        rf"\1{MASK}",
    ),
    # Other long pieces with digits in them, but for an image's digest and the paths of files:
    # letters and digits alone; an AWS secret key, which has 40 letters; a session's token
    (re.compile(r"(?<!sha256:)(?<![\w+/-])(?=[A-Za-z_+]{0,40}\d)[\w+]{32,4000}={0,2}"), MASK),
    (
        re.compile(
            r"(?<![\w+/])(?=[\w+/]{0,39}[A-Z])(?=[\w+/]{0,39}[a-z])(?=[\w+/]{0,39}\d)"
            r"[A-Za-z0-9+/]{40}(?![\w+/])"
        ),
        MASK,
    ),
    (re.compile(r"(?<![\w+/])(?=[\w+/]{0,79}[A-Z])[\w+/]{80,4000}={0,2}"), MASK),
)


def shown(line: str, around: str = "") -> str:
    """Return a line that may be printed: masked, without control characters, cut to 240 letters.

    Of a longer line the part around the words `around` is shown, if they stand in it.
    """
    place = max(line.lower().find(around.strip().lower()), 0) if around.strip() else 0
    start = max(place - WINDOW // 2, 0)
    part = line[start : start + WINDOW]
    if len(part) < len(line):
        part = _whole_words(part, cut_before=start > 0)
    clean = masked("".join(letter if letter.isprintable() else " " for letter in part))
    return _cut(" ".join(clean.split()), around)


def masked(text: str) -> str:
    """Return a text of a few thousand letters without the secrets that may stand in it."""
    for pattern, instead in SECRETS:
        text = pattern.sub(instead, text)
    return text


def _whole_words(part: str, *, cut_before: bool) -> str:
    """Drop the words that a cut went through: half a secret no longer looks like one."""
    words = part.split(" ")
    return " ".join(words[int(cut_before) : -1])


def _cut(line: str, around: str) -> str:
    if len(line) <= MOST_LETTERS:
        return line
    place = max(line.lower().find(around.strip().lower()), 0)
    start = max(min(place - MOST_LETTERS // 4, len(line) - MOST_LETTERS), 0)
    end = start + MOST_LETTERS
    return f"{'…' * (start > 0)}{line[start:end]}{'…' * (end < len(line))}"
