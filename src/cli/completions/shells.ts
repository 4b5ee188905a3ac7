/** What the program itself says of completions; the scripts are loaded when one is asked for. */
export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

export const installing = `
To install:
  bash: mkdir -p ~/.local/share/bash-completion/completions
        ddlint completions bash > ~/.local/share/bash-completion/completions/ddlint
        (needs the package bash-completion; without it, in ~/.bashrc: source <file>)
  zsh:  ddlint completions zsh > ~/.zfunc/_ddlint
        (any folder of $fpath; in ~/.zshrc before compinit: fpath+=(~/.zfunc))
  fish: ddlint completions fish > ~/.config/fish/completions/ddlint.fish`;
