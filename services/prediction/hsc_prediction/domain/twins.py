"""Never the wrong twin: when the text leaves two products open, or does not quite say the one, nothing locks."""

from functools import lru_cache

from hsc_prediction.domain.alphabet import fold
from hsc_prediction.domain.concepts import same_meaning
from hsc_prediction.domain.product import Product
from hsc_prediction.domain.query import Query, compounds_of, read_atoms, runs
from hsc_prediction.domain.rank import Scored
from hsc_prediction.domain.support_words import ACCESSORY_WORDS, SUPPORT_WORDS, VARIANT_WORDS

LOCK_AT = 0.8
# Evidence, in nats, that sets two products apart.
APART = 0.7
# Letters of a model: shorter words are taken at their letter.
MODEL = 3


@lru_cache(maxsize=4096)
def parts(name: str) -> frozenset[str]:
    """The words of a name, and every run of neighbouring words and numbers joined."""
    return runs([atom.letters for atom in read_atoms(name)])


@lru_cache(maxsize=4096)
def models(name: str) -> tuple[tuple[str, ...], ...]:
    """The parts of each word of a name that has letters and digits: `KS-10Z` is ks, 10, z."""
    atoms = read_atoms(name)
    words = [tuple(atom.letters for atom in atoms[first:last]) for first, last in compounds_of(name, atoms)]
    return tuple(word for word in words if len(word) > 1 and any(part.isdigit() for part in word))


def gives_number(query: Query, product: Product) -> bool:
    """Whether the text gives the article number, at least its end: who does has said it all."""
    number = fold(product.sku)
    ending = any(number.endswith(word.letters) for word in query.words if len(word.letters) > MODEL)
    return ending or number in query.runs


def says_models_whole(query: Query, product: Product) -> bool:
    """Whether each model of the name is said whole or not at all: `KS-10` is not the KS-10Z, `RL18` not the RL18s."""
    typed = query.runs
    words = ["".join([atom.letters for atom in query.atoms[first:last]]) for first, last in query.compounds]
    return all(
        all(part in typed for part in model)
        or not any(part in typed for part in model)
        or any(word.endswith("".join(model)) for word in words)
        for model in models(product.name)
    )


def goes_on(query: Query, product: Product) -> bool:
    """Whether the name goes on, right behind what was said of it, with what makes another model: `MX-2300N` PS.

    That is a number, a short word, `Plus`; and a letter at the end of the text may become one (`reno9 a`).
    """
    if query.open_end and len(query.atoms) > 1 and len(query.words[-1].letters) == 1 and query.words[-1].support:
        return True
    typed = query.runs
    atoms = [atom.letters for atom in read_atoms(product.name)]
    said = [at for at, letters in enumerate(atoms) if letters in typed or typed & set(same_meaning(letters))]
    behind = atoms[said[-1] + 1] if said and said[-1] + 1 < len(atoms) else ""
    if not behind or behind in SUPPORT_WORDS or behind in parts(product.brand_name):
        return False
    return behind.isdigit() or len(behind) <= MODEL or behind in VARIANT_WORDS


def begins_with(name: str, brand: str, letters: str) -> bool:
    """Whether a name, behind its brand, begins with this word: `Vireo` in `Ardlen Vireo 61`.

    Makers coin that word, while the last ones say what it is (`FX Card`).
    """
    return len(letters) > MODEL and letters == _first_word(name, brand)


@lru_cache(maxsize=4096)
def _first_word(name: str, brand: str) -> str:
    words = [atom.letters for atom in read_atoms(name)]
    brands = {atom.letters for atom in read_atoms(brand)}
    behind = max((at + 1 for at, word in enumerate(words[:6]) if word in brands), default=0)
    return "".join(words[behind : behind + 1])


def says_it(query: Query, product: Product, scored: Scored, candidate: int) -> bool:
    """Whether the text says exactly this product, and nothing that speaks for another.

    Numbers and short words are models: each must be found in the name or the SKU as typed. A slip in a long word, or
    one half typed, is forgiven beside a brand or a number (`john black` is not the John Blackwell Ride). A word that
    this product does not have is forgiven in a sentence that names a model, unless the catalogue knows it.
    """
    brand = parts(product.brand_name)
    known = parts(product.name) | parts(product.sku) | brand
    if scored.accessory[candidate] and not any(
        ACCESSORY_WORDS & {w.letters, *same_meaning(w.letters)} for w in query.words
    ):
        return False
    shares = scored.shares[candidate]
    named = strange = anchored = slipped = False
    typed = 0
    for first, last in query.compounds:
        compound = "".join(atom.letters for atom in query.atoms[first:last])
        whole = compound in known
        named |= whole and len(compound) >= MODEL and any(c.isdigit() for c in compound)
        for at in range(first, last):
            letters = query.atoms[at].letters
            if at in query.support:
                if _part_of_a_name(query, at) and letters not in known and scored.most[at] > 0:
                    return False
                continue
            typed += len(letters)
            anchored |= letters in brand or letters.isdigit()
            if whole or (letters in known and _with_its_neighbours(query, at, first, last, known)):
                continue
            if letters.isdigit() or len(letters) <= MODEL:
                return False
            if shares[at] <= 0:
                strange = True
                if len(letters) == MODEL + 1 or scored.most[at] > 0:
                    return False
            else:
                slipped = True
    return typed >= MODEL and (named or not strange) and (anchored or not slipped)


def _part_of_a_name(query: Query, at: int) -> bool:
    """Whether a short support word stands between words that are none: `Ricoh IM C300` is not the MP C300."""
    inside = 0 < at < len(query.atoms) - 1 and query.support.isdisjoint((at - 1, at + 1))
    return inside and len(query.atoms[at].letters) <= MODEL


def _with_its_neighbours(query: Query, at: int, first: int, last: int, known: frozenset[str]) -> bool:
    """Whether a number stands in the name beside what it was typed beside: the 2 of `a2.2` is not that of `A2.6`."""
    letters = [atom.letters for atom in query.atoms[first:last]]
    if not letters[at - first].isdigit():
        return True
    pairs = (letters[max(0, i) : i + 2] for i in (at - first - 1, at - first))
    return all("".join(pair) in known for pair in pairs)


def says_all_of(query: Query, product: Product) -> bool:
    """Whether every word of the product's name, but its brand's, was typed."""
    words = own_words(product.name, product.brand_name)
    return all(word in query.letters for word in words) and words <= parts(query.text)


@lru_cache(maxsize=4096)
def own_words(name: str, brand: str) -> frozenset[str]:
    """The words of a name that are not its brand's."""
    return frozenset(atom.letters for atom in read_atoms(name)) - parts(brand)


def open_twin(scored: Scored, best: int, others: list[int], complete: bool) -> bool:
    """Whether the text leaves another product open: one that explains every typed word as well.

    `complete`: the text says all of the best one's name, and went on with other words; then accessories of it are
    not meant.
    """
    mine = scored.shares[best]
    for other in others:
        if complete and scored.accessory[other] and not scored.accessory[best]:
            continue
        if max([a - b for a, b in zip(mine, scored.shares[other], strict=True)]) < APART:
            return True
    return False
