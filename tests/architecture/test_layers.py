"""What imports what, and what an import costs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

HEAVY = ("sklearn", "scipy", "matplotlib", "pandas", "polars", "pyarrow", "numpy", "click", "safetensors", "rich")


def _python(program):
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_a_lower_layer_never_imports_a_higher_one():
    tool = Path(sys.executable).with_name("lint-imports")
    command = str(tool) if tool.exists() else shutil.which("lint-imports")
    if command is None:
        pytest.skip("import-linter is not installed")
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", HEAVY)
def test_import_mogul_loads_nothing_heavy(package):
    assert _python(f"import sys, mogul; print({package!r} in sys.modules)") == ["False"]


@pytest.mark.parametrize("package", ["sklearn", "scipy", "matplotlib", "pandas"])
def test_the_mixture_value_needs_numpy_alone(package):
    program = (
        f"import sys, mogul; mogul.Mixture.univariate([1.0], [0.0], [1.0]).pdf(0.0); print({package!r} in sys.modules)"
    )
    assert _python(program) == ["False"]


@pytest.mark.parametrize("package", ["matplotlib", "pandas", "polars", "pyarrow", "click"])
def test_the_estimator_loads_no_edge(package):
    # scikit-learn itself may load pandas where it is installed; what counts is what we add.
    program = (
        "import sys, sklearn.base, sklearn.utils.validation; before = set(sys.modules); "
        f"import mogul; mogul.GaussianMixture; print({package!r} in set(sys.modules) - before)"
    )
    assert _python(program) == ["False"]


def test_unknown_names_are_refused():
    import mogul

    with pytest.raises(AttributeError, match="module 'mogul' has no attribute 'GausianMixture'"):
        mogul.GausianMixture  # noqa: B018
