"""What processes that do not fit together are told, each by itself."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from attnstudio.config_training import Device
from attnstudio.errors import AttentionStudioError, ConfigError
from attnstudio.project import joint_training
from attnstudio.project.project import Project


def told(work):
    """The kind of error and its sentence; nothing where there is none."""
    try:
        work()
    except AttentionStudioError as error:
        return type(error).__name__, error.message, error.exit_code
    return None


def all_checks(folders, ranks):
    """Of the last process something differs, in one check after another."""
    is_odd = ranks.rank == ranks.world - 1
    joint_training._LONGEST_S = 1.0
    own, other = (Path(folder) for folder in folders)
    found = {"fits": told(partial(joint_training.open_together, own, ranks))}
    odd_one = other if is_odd else own
    found["folder"] = told(partial(joint_training.open_together, odd_one, ranks))
    missing = own / "missing" if is_odd else own
    found["missing"] = told(partial(joint_training.open_together, missing, ranks))
    nobody = own / "missing"
    found["nobody"] = told(partial(joint_training.open_together, nobody, ranks))
    version = joint_training.__version__
    joint_training.__version__ = "0.0.9" if is_odd else version
    found["version"] = told(partial(joint_training.open_together, own, ranks))
    joint_training.__version__ = version
    found["device"] = told(partial(joint_training.share_device, Device.CPU, ranks))

    def no_card(*_, **__):
        raise ConfigError("There is no graphics card for process 2.")

    if is_odd:
        joint_training.resolve_shared_device = no_card
    found["no card"] = told(partial(joint_training.share_device, Device.CPU, ranks))
    [run] = Project.open(own).runs()
    found["run"] = told(partial(joint_training.refuse_other_runs, run, ranks))
    if is_odd:
        definition = run.definition()
        training = definition.config.training.model_copy(update={"seed": 77})
        config = definition.config.model_copy(update={"training": training})
        other_run = definition.model_copy(update={"config": config})
        run.definition = lambda: other_run
    found["other run"] = told(partial(joint_training.refuse_other_runs, run, ranks))
    return found
