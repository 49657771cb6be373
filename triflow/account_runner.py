"""The engine on an account: the stack's own backend, the shell's credentials, the same pack."""

import os
from dataclasses import dataclass

from local.engine import locate
from local.workspace import Workspace
from triflow.aws import Aws
from triflow.runner import EngineRunner, Runner, Tell
from triflow.stacks import ROOT, Stack
from triflow.tally import Tally


@dataclass(frozen=True)
class AccountRunner(EngineRunner):
    """A runner without a local AWS: state, locks and settings are where the shell says."""

    def environment(self, stack: Stack | None) -> dict[str, str]:
        """Return the shell's environment, with the stack and the policy pack."""
        inherited = {
            name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
        }
        named = {"PULUMI_STACK": stack.name} if stack else {}
        return inherited | named | self.always

    def settle(self, stack: Stack, tally: Tally) -> bool:
        """Leave state and locks alone: they may be somebody else's update under way."""
        del stack, tally
        return True

    def was_emptied(self, stack: Stack) -> bool:
        """An account is never emptied."""
        del stack
        return False

    def aws_is_gone(self) -> bool:
        """An account does not stop."""
        return False


def find(aws: Aws, tell: Tell) -> EngineRunner:
    """Return the runner for the AWS that the verb asks, which is up: nobody waits for a build.

    LocalError if no engine is ready.
    """
    engine, workspace = locate.ready(), Workspace(ROOT)
    if aws.server:
        return Runner(engine, workspace, tell, aws.server)
    return AccountRunner(engine, workspace, tell)
