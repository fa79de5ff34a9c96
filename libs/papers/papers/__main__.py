"""Try an office's templates.

python -m papers check FOLDER [KIND...]     tell every fault, by file and line; ends with 1 when there is one
python -m papers samples FOLDER INTO        write a PDF of each kind with golden data, to be looked at
"""

from __future__ import annotations

import sys
from pathlib import Path

from papers import PaperFaults, Papers
from papers.samples import SAMPLES


def main(arguments: list[str]) -> None:
    try:
        match arguments:
            case ["check", folder, *kinds] if set(kinds) <= set(SAMPLES):
                Papers(Path(folder)).check(*kinds)
            case ["samples", folder, into]:
                papers = Papers(Path(folder))
                Path(into).mkdir(parents=True, exist_ok=True)
                for kind, data in SAMPLES.items():
                    (Path(into) / f"{kind}.pdf").write_bytes(papers.render(kind, data))
            case _:
                raise SystemExit(__doc__)
    except PaperFaults as faults:
        raise SystemExit(str(faults)) from None


if __name__ == "__main__":
    main(sys.argv[1:])
