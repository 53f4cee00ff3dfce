//! `queja rules`: the rule pack, checked and shown.

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::path::PathBuf;

use clap::Subcommand;
use queja::{Fault, RuleInfo, RulePack};

use crate::summary::number;
use crate::trouble::{CLEAR, Outcome, Trouble, failed};
use crate::visible::inline;

/// Check, list and show the rules
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Check a rule pack: its files, and every example for and against through the whole detector
    ///
    /// All faults are told at once, each with a code, a place and a cure.
    #[command(after_help = "Exit status: 0 no fault, 2 faults.")]
    Check {
        /// A whole pack, laid out like rules/ [default: the built-in pack]
        #[arg(value_name = "DIR", conflicts_with = "overlay")]
        dir: Option<PathBuf>,
        /// Rule files that are laid over the built-in pack
        #[arg(long, value_name = "DIR")]
        overlay: Option<PathBuf>,
    },
    /// List the rules by signal
    List {
        /// Only rules of this signal
        #[arg(long)]
        signal: Option<String>,
        #[command(flatten)]
        pack: Pack,
    },
    /// Show a rule: what it sees, what it is worth, its examples
    Show {
        /// The rule's id, such as `messaging_app.invite`
        id: String,
        #[command(flatten)]
        pack: Pack,
    },
    /// Print the JSON schemas of the files of a rule pack
    Schema,
}

#[derive(clap::Args)]
struct Pack {
    /// Lay the rule files of DIR over the built-in pack
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

impl Pack {
    fn load(&self) -> Result<RulePack, Trouble> {
        match &self.rules {
            Some(dir) => RulePack::overlay(dir).map_err(Trouble::new),
            None => Ok(RulePack::builtin()),
        }
    }
}

pub fn run(args: &Args) -> Outcome {
    match &args.command {
        Command::Check { dir, overlay } => {
            let pack = match (dir, overlay) {
                (Some(dir), _) => RulePack::from_dir(dir),
                (_, Some(dir)) => RulePack::overlay(dir),
                _ => Ok(RulePack::builtin()),
            };
            check(&pack.map_err(Trouble::new)?)
        }
        Command::List { signal, pack } => list(&pack.load()?, signal.as_deref()),
        Command::Show { id, pack } => show(&pack.load()?, id),
        Command::Schema => print(&RulePack::schema()),
    }
}

fn print(text: &str) -> Outcome {
    io::stdout().write_all(text.as_bytes())?;
    Ok(CLEAR)
}

fn check(pack: &RulePack) -> Outcome {
    let faults = queja::eval::check_examples(pack);
    if !faults.is_empty() {
        let mut text = format!("{}: examples that don't hold\n", number(faults.len() as u64, "fault"));
        for fault in &faults {
            push_fault(&mut text, fault);
        }
        io::stderr().write_all(text.as_bytes())?;
        return Ok(failed());
    }
    let count = |examples: &dyn Fn(RuleInfo<'_>) -> usize| pack.rules().map(examples).sum::<usize>() as u64;
    print(&format!(
        "{} {}: {}, {} for and {} against, {}: no fault\n",
        pack.name(),
        pack.version(),
        number(pack.rules().count() as u64, "rule"),
        number(count(&|rule| rule.examples().count()), "example"),
        count(&|rule| rule.negative_examples().count()),
        number(pack.languages().count() as u64, "language"),
    ))
}

fn push_fault(text: &mut String, fault: &Fault) {
    let _ = writeln!(text, "{}", crate::visible::block(&fault.to_string()));
}

fn list(pack: &RulePack, signal: Option<&str>) -> Outcome {
    let rules: Vec<_> = pack.rules().filter(|rule| signal.is_none_or(|signal| rule.signal() == signal)).collect();
    if let (Some(signal), true) = (signal, rules.is_empty()) {
        let mut known: Vec<_> = pack.rules().map(|rule| rule.signal()).collect();
        known.sort_unstable();
        known.dedup();
        return Err(Trouble::new(format!("--signal {signal}: no rule gives it; there are {}", known.join(", "))));
    }
    let widest = rules.iter().map(|rule| rule.id().len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules {
        let off = if rule.is_enabled() { "" } else { " (off)" };
        let _ = writeln!(out, "{:widest$}  {:.2}  {}{off}", rule.id(), rule.weight(), rule.title());
    }
    print(&out)
}

fn show(pack: &RulePack, id: &str) -> Outcome {
    let Some(rule) = pack.rules().find(|rule| rule.id() == id) else {
        let near: Vec<_> = pack
            .rules()
            .map(|rule| rule.id())
            .filter(|known| known.contains(id) || id.split('.').next().is_some_and(|signal| known.starts_with(signal)))
            .take(8)
            .collect();
        let cure = if near.is_empty() {
            "see queja rules list".to_owned()
        } else {
            format!("there are {} …", near.join(", "))
        };
        return Err(Trouble::new(format!("{}: no rule has this id; {cure}", inline(id))));
    };
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}", rule.id(), rule.title());
    let rows = [
        ("signal", rule.signal().to_owned()),
        ("direction", rule.direction().unwrap_or("not known").to_owned()),
        ("weight", rule.weight().to_string()),
        ("unless", rule.unless().join(", ")),
        ("file", rule.file().to_owned()),
    ];
    for (title, value) in rows {
        let _ = writeln!(out, "{title:11}{value}");
    }
    if !rule.is_enabled() {
        out.push_str("it is switched off\n");
    }
    let mut block = |title: &str, lines: Vec<&str>| {
        let mut title = title;
        for line in lines {
            let _ = writeln!(out, "{title:11}{}", inline(line));
            title = "";
        }
    };
    block("when", rule.when().iter().map(String::as_str).collect());
    block("examples", rule.examples().collect());
    block("against", rule.negative_examples().collect());
    print(&out)
}
