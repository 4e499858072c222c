"""Files into the store: read, map, write one generation, and tell what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from perfkg.harvest import (
    Crew,
    Folder,
    Harvested,
    Harvester,
    MappedFile,
    MappedForm,
    Place,
    harvest,
)
from perfkg.harvest.shards import SUFFIX
from perfkg.identity import Identity
from perfkg.messages import Problem
from perfkg.readers.limits import DEFAULT_LIMITS, Limits
from perfkg.store.base import Outcome, Store, Writer

_AT_ONCE = 256
"""Forms that are put together, and files that wait for that."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file.

    Attributes:
        place: where the file is.
        forms: how many forms were read from it.
        left_out: how many of them were not written, because they seem to be cut off
            and the store has more of them.
        outcomes: what the store did with each.
        problems: what could not be read.
        same_as: an earlier file with the same bytes, for which it was not read.
        is_stored: whether the store has what it says, so that it was not read.
        is_kept: whether it was read before an interruption.
    """

    place: Place
    forms: int = 0
    left_out: int = 0
    outcomes: tuple[Outcome, ...] = ()
    problems: tuple[Problem, ...] = ()
    same_as: Place | None = None
    is_stored: bool = False
    is_kept: bool = False

    @property
    def is_skipped(self) -> bool:
        """Whether it was not read, as that would tell nothing new."""
        return self.is_stored or self.same_as is not None

    @property
    def is_read(self) -> bool:
        """Whether at least one form came out of the file."""
        return self.forms > 0

    @property
    def is_whole(self) -> bool:
        """Whether nothing that the file says was left ununderstood."""
        return not any(problem.severity == "error" for problem in self.problems)


@dataclass(slots=True)
class IngestReport:
    """How many files became what: `read`, `skipped` and `failed` add up to `found`.

    Attributes:
        read: files from which a form came. failed: files from which none came.
        doubles: files with the bytes of an earlier one, not read.
        stored: files that the store has already, not read.
        kept: files that an ingest which was interrupted had read.
        damaged: files of which something was not understood, failed ones included.
        forms: forms that were read. left_out: those not written, as the store has more of them.
        outcomes: what the store did with the others.
        generation, triples: the store after that.
    """

    read: int = 0
    failed: int = 0
    doubles: int = 0
    stored: int = 0
    kept: int = 0
    damaged: int = 0
    forms: int = 0
    left_out: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    generation: int = 0
    triples: int = 0

    @property
    def skipped(self) -> int:
        """Files that were not read, as that would tell nothing new."""
        return self.doubles + self.stored

    @property
    def found(self) -> int:
        """All files."""
        return self.read + self.skipped + self.failed

    @property
    def is_whole(self) -> bool:
        """Whether every file was read whole."""
        return self.damaged == 0

    def count(self, file: FileReport) -> None:
        """Add a file."""
        if file.same_as is not None:
            self.doubles += 1
        elif file.is_stored:
            self.stored += 1
        elif file.is_read:
            self.read += 1
        else:
            self.failed += 1
        self.kept += file.is_kept
        self.damaged += not file.is_whole
        self.forms += file.forms
        self.left_out += file.left_out
        self.outcomes.update(file.outcomes)


def ingest(
    store: Store,
    places: Iterable[Place],
    *,
    identity: Identity | None = None,
    limits: Limits = DEFAULT_LIMITS,
    crew: Crew | None = None,
    shards: Folder | None = None,
    again: bool = False,
    is_far: bool = False,
    tell: Callable[[FileReport], None] = lambda _: None,
    then: Callable[[Writer], None] = lambda _: None,
) -> IngestReport:
    """Read files and put their forms into the store as one generation.

    Args:
        store: where to.
        places: files; see `perfkg.harvest.find_places` for folders.
        identity: mints the IRIs.
        limits: what a file may cost; the rest of it is left out and reported.
        crew: who reads: this process without it. The result is the same.
        shards: folder in which what was read waits for the store, so that the same call goes on
            where it was killed; it goes when everything is stored.
        again: whether to read files again that the store has already.
        is_far: whether the crew may have another perfkg than this process, which it refuses then.
        tell: called with each file when it is done, in their order; nothing is kept of it.
        then: called with the transaction after the last file; what it writes, such as the
            findings on the new data, is part of the same generation.

    Raises:
        StoreError: nothing was written.
        ClusterError: the crew cannot be used; nothing was written.
    """
    harvester = Harvester((identity or Identity()).base, limits)
    report = IngestReport()

    def done(file: FileReport) -> None:
        report.count(file)
        tell(file)

    with store.write() as writer:
        putting = _Putting(writer, harvester, done)
        found = harvest(
            places,
            harvester,
            crew=crew,
            shards=shards,
            stored=(lambda _: False) if again else putting.seems_stored,
            mark=harvester.mark if is_far else None,
        )
        for item in found:
            putting.take(item)
        putting.flush()
        then(writer)
    if shards is not None:
        shards.remove(SUFFIX)
    report.generation = store.generation.number
    report.triples = store.generation.triples
    return report


@dataclass(slots=True)
class _Putting:
    """Puts what comes out of the files into the store, many forms together.

    Attributes:
        done: called with each file, in their order.
    """

    writer: Writer
    harvester: Harvester
    done: Callable[[FileReport], None]
    _waiting: list[tuple[Harvested, tuple[MappedForm, ...]]] = field(default_factory=list)
    _forms: set[str] = field(default_factory=set)
    _count: int = 0
    _mark: str = ""

    def __post_init__(self) -> None:
        self._mark = self.harvester.mark

    def seems_stored(self, sha256: str) -> bool:
        """Whether the store was given a document before; whether it still counts is seen later."""
        return self.writer.forms_remembered(sha256, self._mark) is not None

    def take(self, found: Harvested) -> None:
        """Take a file; what it says is put sooner or later."""
        if found.sha256 is not None and not self._is_stored(found.sha256):
            found = Harvested(found.place, self.harvester.file(found.place))
        wanted = () if found.file is None else self._wanted(found.file)
        self._waiting.append((found, wanted))
        self._forms.update(form.graph.form for form in wanted)
        self._count += len(wanted)
        if self._count >= _AT_ONCE or len(self._waiting) >= _AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Put what waits."""
        graphs = [form.graph for _, wanted in self._waiting for form in wanted]
        outcomes = iter(self.writer.put_all(graphs))
        waiting, self._waiting = self._waiting, []
        self._forms.clear()
        self._count = 0
        for found, wanted in waiting:
            file = found.file
            if file is None:
                double, is_stored = found.same_as, found.sha256 is not None
                self.done(FileReport(found.place, same_as=double, is_stored=is_stored))
                continue
            self._remember(file, wanted)
            self.done(
                FileReport(
                    found.place,
                    len(file.forms),
                    len(file.forms) - len(wanted),
                    tuple(next(outcomes) for _ in wanted),
                    file.problems,
                    is_kept=found.is_kept,
                )
            )

    def _remember(self, file: MappedFile, wanted: tuple[MappedForm, ...]) -> None:
        """Note a file that need not be read again: a whole one, all of which was put."""
        if file.is_whole and file.sha256 and 0 < len(wanted) == len(file.forms):
            forms = len({form.graph.form for form in wanted})
            self.writer.remember(file.sha256, self._mark, forms)

    def _is_stored(self, sha256: str) -> bool:
        """Whether the store still has all forms of a document from that document."""
        document = Identity(self.harvester.base).document(sha256)
        forms = self.writer.forms_of(document)
        if not self._forms.isdisjoint(forms):
            self.flush()
            forms = self.writer.forms_of(document)
        return len(forms) == self.writer.forms_remembered(sha256, self._mark)

    def _wanted(self, file: MappedFile) -> tuple[MappedForm, ...]:
        return tuple(form for form in file.forms if not (form.is_cut and self._is_fuller(form)))

    def _is_fuller(self, form: MappedForm) -> bool:
        """Whether the store has more of a form than a file that seems to be cut off."""
        if form.graph.form in self._forms:
            self.flush()
        return self.writer.targets_of(form.graph.form) > form.targets
