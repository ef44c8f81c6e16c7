"""How long a new process takes until mogul can be used: medians of new processes, taken in turn.

"beyond" is the time beyond that of `import numpy` alone, which everything here needs.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median

import common

COMMANDS = {
    "import numpy": ["-c", "import numpy"],
    "import mogul": ["-c", "import numpy, mogul"],
    "mogul.Mixture": ["-c", "import numpy, mogul; mogul.Mixture"],
    "sklearn.mixture.GaussianMixture": ["-c", "import numpy; from sklearn.mixture import GaussianMixture"],
    "mogul.GaussianMixture": ["-c", "import numpy, mogul; mogul.GaussianMixture"],
    "mogul --help": ["-m", "mogul", "--help"],
    "mogul fit --help": ["-m", "mogul", "fit", "--help"],
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()

    def run(arguments: list[str]) -> None:
        subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)

    works = {name: lambda arguments=arguments: run(arguments) for name, arguments in COMMANDS.items()}
    common.interleaved(works, 1)  # so that every file has been read once
    times = common.interleaved(works, options.repeats)
    base = median(times["import numpy"])
    lines = [[name, common.milliseconds(t), f"{1e3 * (median(t) - base):.0f}"] for name, t in times.items()]
    common.publish(__doc__, common.table(["", "ms", "beyond numpy, ms"], lines))


if __name__ == "__main__":
    main()
