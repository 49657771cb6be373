"""The policy pack of TriFlow AI, as the engine starts it."""

from pulumi_policy import PolicyPack

from policy.pack import PACK_NAME, policies

PolicyPack(name=PACK_NAME, policies=policies())
