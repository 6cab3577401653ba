"""The model's choices as YAML, one folder per group; installed as `experiments.configs`."""
