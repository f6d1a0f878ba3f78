"""A whole folder of catalogue files becomes products: one atomic application per brand, every fault named."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from grpc import StatusCode
from hsc.catalog.v1 import catalog_pb2
from hsc_blobs import BlobMissing, BlobStore
from hsc_rpc.errors import Failure

from hsc_ingest.adapters.catalog_files import CatalogFile, Fault, read_catalog
from hsc_ingest.adapters.imports import Applied, ImportFile, Imports
from hsc_ingest.flows.model import GiveUp, Job, TryAgain
from hsc_ingest.flows.ports import Catalog

# What one ApplyCatalog may weigh, below the 5 MiB a server accepts.
_MAX_MESSAGE = 4_500_000


@dataclass(slots=True)
class _Brand:
    """The files of an import that speak of one brand."""

    brand: catalog_pb2.Brand
    mode: int
    files: list[tuple[ImportFile, CatalogFile]] = field(default_factory=list)

    @property
    def positions(self) -> list[int]:
        return [file.position for file, _ in self.files]

    @property
    def faults(self) -> list[tuple[int, Fault]]:
        return [(file.position, fault) for file, read in self.files for fault in read.faults]

    def products(self) -> Iterator[catalog_pb2.Product]:
        """Of all its files; an id that several files have is as the last says."""
        return iter({product.product_id: product for _, read in self.files for product in read.products}.values())


class ImportCatalog:
    """The handler of `import` jobs. Files that are done are not done again."""

    def __init__(self, imports: Imports, blobs: BlobStore, catalog: Catalog) -> None:
        self._imports = imports
        self._blobs = blobs
        self._catalog = catalog

    async def run(self, job: Job) -> None:
        files = await self._imports.files(job.job_id)
        brands: dict[tuple[str, int], _Brand] = {}
        taken = 0
        for file in files:
            read = await self._read(file)
            if read.brand is None:
                if not file.done:
                    await self._imports.done(
                        job.job_id, [file.position], Applied(), [(file.position, each) for each in read.faults]
                    )
                continue
            key = (read.brand.brand_id, file.mode)
            group = brands.setdefault(key, _Brand(read.brand, file.mode))
            group.files.append((file, read))
        for group in brands.values():
            if all(file.done for file, _ in group.files):
                taken += 1
            else:
                taken += await self._apply(job, group)
        if not taken:
            raise GiveUp("None of the files is a catalogue that could be taken; the faults say why.")
        await self._forget(job.job_id)

    async def abandon(self, job: Job) -> None:
        """The files stay, so that the job can be retried; they go when it is purged."""

    async def _read(self, file: ImportFile) -> CatalogFile:
        with tempfile.TemporaryDirectory(prefix="hsc-import-") as folder:
            path = Path(folder, "file")
            try:
                await self._blobs.save(file.blob, path)
            except BlobMissing:
                raise GiveUp("The files of this import are no longer kept; import them again.") from None
            # Validation is Python all the way: a thread keeps the loop free for leases and progress.
            return await asyncio.to_thread(lambda: read_catalog(file.name, path.read_bytes()))

    async def _apply(self, job: Job, group: _Brand) -> bool:
        faults = group.faults
        mode, products = group.mode, list(group.products())
        if mode == catalog_pb2.IMPORT_MODE_REPLACE and faults:
            # A product left out for a fault must not be taken for one that is no longer sold.
            mode = catalog_pb2.IMPORT_MODE_MERGE
            first, read = group.files[0]
            note = "merged, not replaced: nothing is removed while the file has faults"
            faults = [*faults, (first.position, Fault(read.name, "", "", note))]
        applied = Applied()
        refusals: Sequence[Fault] = ()
        try:
            if sum(product.ByteSize() + 8 for product in products) > _MAX_MESSAGE:
                raise Failure(
                    StatusCode.INVALID_ARGUMENT, "TOO_LARGE", "too much for one brand at once; split the file"
                )
            request_id = f"{job.job_id}/{group.brand.brand_id}"[:128]
            response = await self._catalog.apply(group.brand, products, mode, request_id)
            applied = Applied(response.added, response.updated, response.removed)
        except Failure as failure:
            refusals = self._refused(failure, group, products)
        first_position = group.files[0][0].position
        await self._imports.done(
            job.job_id, group.positions, applied, [*faults, *((first_position, each) for each in refusals)]
        )
        return not refusals

    def _refused(self, failure: Failure, group: _Brand, products: Sequence[catalog_pb2.Product]) -> list[Fault]:
        """What the catalogue found wrong; TryAgain or GiveUp when it is not about the file."""
        if failure.code in (StatusCode.UNAUTHENTICATED, StatusCode.PERMISSION_DENIED):
            raise GiveUp("The catalogue does not know this worker's HSC_ADMIN_TOKEN.")
        if failure.code is not StatusCode.INVALID_ARGUMENT:
            raise TryAgain(f"{failure.reason}: {failure.message}", failure.retry_after_s)
        name = group.files[0][1].name
        if not failure.violations:
            return [Fault(name, "", "", failure.message)]
        faults = []
        for each in failure.violations:
            head, _, rest = each.field.partition("].")
            index = head.removeprefix("products[")
            if head != index and index.isdecimal() and int(index) < len(products):
                faults.append(Fault(name, products[int(index)].product_id, rest, each.description))
            else:
                faults.append(Fault(name, "", each.field, each.description))
        return faults

    async def _forget(self, job_id: str) -> None:
        for blob in await self._imports.release(job_id):
            await self._blobs.delete(blob)
