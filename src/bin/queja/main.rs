//! `queja`: finds off-platform solicitation in exported chats, from the command line.
#![forbid(unsafe_code)]

mod batch;
mod completions;
mod eval;
mod explain;
mod human;
mod jsonl;
mod mask;
mod paths;
mod redact;
mod rules;
mod scan;
mod setup;
mod summary;
mod table;
mod trouble;
mod visible;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Finds off-platform solicitation in marketplace chat, explains it, and drafts the complaint.
#[derive(Parser)]
#[command(name = "queja", version, propagate_version = true, max_term_width = 100, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  queja scan chat.txt                         a WhatsApp export, for a person to read
  queja scan --output jsonl exports/ >found   a folder of exports, for a program to read
  queja explain \"add me on WhatsApp\"          every stage for one message

Exit status: 0 nothing to report, 1 at least one report suggested, 2 trouble.";

#[derive(Subcommand)]
enum Command {
    Scan(scan::Args),
    Explain(explain::Args),
    Mask(mask::Args),
    Eval(eval::Args),
    Rules(rules::Args),
    Completions(completions::Args),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Scan(args) => scan::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Mask(args) => mask::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Completions(args) => completions::run(&args, &mut Cli::command()),
    };
    outcome.unwrap_or_else(|trouble| trouble.tell())
}
