"""Definitions as an author would write them, of any form, for tests that need one to pass the check."""


def definition(lengths, codes, unscored, turned, minimum):
    """The TOML of a definition: dimensions of these lengths, `turned` saying which items are reversed."""
    ids = [[f"d{k}_{m}" for m in range(length)] for k, length in enumerate(lengths)]
    reverse = iter(turned)
    dimensions = [
        f'[[dimensions]]\nid = "d{k}"\nanchor = "ours"\nitems = [\n'
        + "".join(
            f'{{ id = "{item}", indicator = "i", anchor = "a", reverse = {str(next(reverse)).lower()} }},\n'
            for item in items
        )
        + "]\n"
        for k, items in enumerate(ids)
    ]
    worded = {
        "categories": {code: f"Answer {place}" for place, code in enumerate(codes)},
        "unscored": {name: f"Not {name}" for name in unscored},
        "levels": {"any": "Any"},
        "items": {item: f"Statement {item}." for items in ids for item in items},
    }
    texts = "".join(
        f"[texts.en.{table}]\n" + "".join(f'{key} = "{text}"\n' for key, text in rows.items())
        for table, rows in worded.items()
    )
    texts += "".join(
        f'[texts.en.dimensions.d{k}]\nname = "D{k}"\ndefinition = "D."\n' for k in range(len(ids))
    )
    return (
        'format = 1\nname = "any"\nversion = "1.0.0"\n'
        f"[scale]\ncategories = {list(codes)}\nunscored = {list(unscored)}\n"
        f"[scoring]\nminimum_answered = {minimum}\n"
        '[levels]\nids = ["any"]\ncuts = []\nstatus = "provisional"\n'
        '[editions]\nskole = ["en"]\n'
        + "".join(dimensions)
        + '[texts.en]\ntitle = "T"\nname = "N"\npromise = "Nobody sees it."\n'
        'introduction = ["A minute."]\nreferent = "Here"\n' + texts
    )
