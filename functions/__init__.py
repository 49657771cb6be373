"""What runs in Lambda: three packages, each complete in itself, standard library and boto3 only.

Owns: the code of `slack_relay`, `object_tagger` and `service_restart`, and which files of it are
shipped (`archive.sources`).
Leaves alone: the functions' roles, triggers, queues and alarms; `components` makes those. Each
package's docstring states the environment variables and permissions it needs.
"""
