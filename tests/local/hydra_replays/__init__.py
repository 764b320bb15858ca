"""What the recorded Hydra was asked, asked of the local one."""
