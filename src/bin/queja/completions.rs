//! `queja completions`: scripts that complete commands in a shell.

use std::io::Write as _;

use crate::trouble::{CLEAR, Outcome};

/// Print a script that completes queja's commands in a shell
#[derive(clap::Args)]
#[command(after_help = "Example:\n  queja completions bash >~/.local/share/bash-completion/completions/queja")]
pub struct Args {
    /// The shell
    shell: clap_complete::Shell,
}

pub fn run(args: &Args, command: &mut clap::Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "queja", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(CLEAR)
}
