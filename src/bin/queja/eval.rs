//! `queja eval`: labelled messages in, precision, recall and F1 out, with gates.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use queja::eval::{Counts, Evaluation, Label, Labelled};
use serde::Serialize;
use serde_json::Value;

use crate::paths::{self, Input};
use crate::setup::Setup;
use crate::summary::number;
use crate::trouble::{CLEAR, Outcome, Trouble, failed, reported, tell};
use crate::visible::inline;

/// Measure precision, recall and F1 on labelled messages
///
/// Reads JSON Lines of messages (`text`) and conversations (`messages`) with `id`, `lang` and
/// `label`, as the annotation guide has them. A gate that is missed makes the exit status 1.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// Files, or folders of files; `-` is standard input
    #[arg(required = true, value_name = "LABELLED")]
    paths: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
    /// Only records of this language; may be given again
    #[arg(long = "lang", value_name = "LANG")]
    langs: Vec<String>,
    /// List what the detector got wrong
    #[arg(long)]
    mistakes: bool,
    /// The label of records that have none, instead of refusing them
    #[arg(long, value_name = "LABEL", value_parser = ["benign", "solicitation"])]
    unlabelled_as: Option<String>,
    /// Gate: the lowest F1 of messages, in every language
    #[arg(long, value_name = "X")]
    min_f1: Option<f64>,
    /// Gate: the highest false-positive rate of messages, in every language
    #[arg(long, value_name = "X")]
    max_fpr: Option<f64>,
    /// Gate: the highest rate of reports in every class of hard negatives, 1 to 8
    #[arg(long, value_name = "X")]
    max_hard: Option<f64>,
    /// Gate: the most innocent records that may be reported
    #[arg(long, value_name = "N")]
    max_reports: Option<usize>,
    /// Lay the rule files of DIR over the built-in pack
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
    /// What the platform forbids and from which score it acts (TOML)
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  queja eval fixtures/corpus/unread --lang en --lang es --min-f1 0.9 --max-fpr 0.04
  queja eval clean/ --unlabelled-as benign --max-reports 3 --mistakes

Exit status: 0 measured and every gate passed, 1 a gate missed, 2 trouble.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// Tables for a terminal
    Human,
    /// One JSON object
    Json,
    /// Tables for a document
    Markdown,
}

pub fn run(args: &Args) -> Outcome {
    let setup = Setup { lang: None, rules: args.rules.clone(), policy: args.policy.clone() };
    let detector = setup.detector()?;
    let Some(records) = read(args) else { return Ok(failed()) };
    if records.is_empty() {
        return Err(Trouble::new(if args.langs.is_empty() {
            "no labelled record was found; name files of JSON Lines".to_owned()
        } else {
            format!("no record has the language {}; see the key `lang`", args.langs.join(" or "))
        }));
    }
    let evaluation = Evaluation::of(&detector, &records);
    let text = match args.output {
        Output::Json => json(&evaluation, args.mistakes)?,
        Output::Human => tables(&evaluation, args.mistakes, false),
        Output::Markdown => tables(&evaluation, args.mistakes, true),
    };
    io::stdout().write_all(text.as_bytes())?;
    let missed = missed(args, &evaluation);
    for gate in &missed {
        tell(gate);
    }
    Ok(if missed.is_empty() { CLEAR } else { reported() })
}

/// All records, or none if some line is broken; those are told.
fn read(args: &Args) -> Option<Vec<Labelled>> {
    let mut is_whole = true;
    let mut records = Vec::new();
    let inputs = paths::inputs(&args.paths, |trouble| {
        is_whole = false;
        trouble.tell();
    });
    for input in &inputs {
        let content = match input {
            Input::Stdin => io::read_to_string(io::stdin()),
            // In a folder, only JSON Lines are meant.
            Input::File(path) if !is_named(args, path) && path.extension().is_none_or(|end| end != "jsonl") => continue,
            Input::File(path) => fs::read_to_string(path),
        };
        let content = content.unwrap_or_else(|error| {
            is_whole = false;
            tell(format_args!("{}: it can't be read: {error}; name a file of JSON Lines", input.name()));
            String::new()
        });
        for (at, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match record(line, args.unlabelled_as.as_deref()) {
                Ok(record) if args.langs.is_empty() || args.langs.contains(&record.lang) => records.push(record),
                Ok(_) => {}
                Err(fault) => {
                    is_whole = false;
                    tell(format_args!("{}:{}: {fault}", input.name(), at + 1));
                }
            }
        }
    }
    is_whole.then_some(records)
}

fn is_named(args: &Args, path: &Path) -> bool {
    args.paths.iter().any(|named| named == path)
}

fn record(line: &str, unlabelled_as: Option<&str>) -> Result<Labelled, String> {
    let broken = |error: serde_json::Error| format!("{error}; mend the line, see the annotation format");
    let Some(label) = unlabelled_as else { return serde_json::from_str(line).map_err(broken) };
    let mut value: Value = serde_json::from_str(line).map_err(broken)?;
    if let Value::Object(keys) = &mut value
        && keys.get("label").is_none_or(Value::is_null)
    {
        keys.insert("label".to_owned(), label.into());
    }
    serde_json::from_value(value).map_err(broken)
}

/// Each gate that was missed, in words.
fn missed(args: &Args, evaluation: &Evaluation) -> Vec<String> {
    let mut missed = Vec::new();
    let mut below = |what: String, value: Option<f64>, gate: Option<f64>| {
        if let (Some(value), Some(gate)) = (value, gate)
            && value < gate
        {
            missed.push(format!("gate missed: F1 {what} is {value:.4}, below {gate}"));
        }
    };
    for (lang, counts) in &evaluation.by_language {
        below(lang.clone(), counts.f1(), args.min_f1);
    }
    let mut above = |what: String, value: Option<f64>, gate: Option<f64>| {
        if let (Some(value), Some(gate)) = (value, gate)
            && value > gate
        {
            missed.push(format!("gate missed: the false-positive rate {what} is {value:.4}, above {gate}"));
        }
    };
    for (lang, counts) in &evaluation.by_language {
        above(lang.clone(), counts.false_positive_rate(), args.max_fpr);
    }
    for (class, counts) in evaluation.by_hard_class.iter().filter(|(class, _)| **class > 0) {
        above(format!("of hard class {class}"), counts.false_positive_rate(), args.max_hard);
    }
    let reports = evaluation.overall().false_positives + evaluation.overall_conversations().false_positives;
    if let Some(most) = args.max_reports
        && reports > most
    {
        missed.push(format!("gate missed: {} of innocent records, more than {most}", number(reports as u64, "report")));
    }
    missed
}

/// Counts with the measures made of them.
#[derive(Serialize)]
struct Measured {
    #[serde(flatten)]
    counts: Counts,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    false_positive_rate: Option<f64>,
}

impl From<&Counts> for Measured {
    fn from(counts: &Counts) -> Self {
        Self {
            counts: *counts,
            precision: counts.precision(),
            recall: counts.recall(),
            f1: counts.f1(),
            false_positive_rate: counts.false_positive_rate(),
        }
    }
}

fn measured<K: ToString>(map: &BTreeMap<K, Counts>) -> BTreeMap<String, Measured> {
    map.iter().map(|(key, counts)| (key.to_string(), counts.into())).collect()
}

fn json(evaluation: &Evaluation, with_mistakes: bool) -> Result<String, Trouble> {
    let (right, compared) = evaluation.directions;
    let mut value = serde_json::json!({
        "messages": Measured::from(&evaluation.overall()),
        "by_language": measured(&evaluation.by_language),
        "conversations": Measured::from(&evaluation.overall_conversations()),
        "conversations_by_language": measured(&evaluation.conversations),
        "late": evaluation.late,
        "by_signal": measured(&evaluation.by_signal),
        "by_evasion": measured(&evaluation.by_evasion),
        "by_hard_class": measured(&evaluation.by_hard_class),
        "directions": { "right": right, "compared": compared },
    });
    if with_mistakes {
        value["mistakes"] = serde_json::to_value(&evaluation.mistakes).map_err(Trouble::new)?;
    }
    Ok(serde_json::to_string_pretty(&value).map_err(Trouble::new)? + "\n")
}

/// The columns of a table: a title and how a cell is made.
type Column = (&'static str, fn(&Counts) -> String);

const ALL: &[Column] = &[
    ("records", |counts| counts.total().to_string()),
    ("guilty", |counts| (counts.true_positives + counts.false_negatives).to_string()),
    ("precision", |counts| rate(counts.precision())),
    ("recall", |counts| rate(counts.recall())),
    ("F1", |counts| rate(counts.f1())),
    ("false-positive rate", |counts| rate(counts.false_positive_rate())),
];
const GUILTY: &[Column] = &[
    ("guilty", |counts| counts.total().to_string()),
    ("found", |counts| counts.true_positives.to_string()),
    ("recall", |counts| rate(counts.recall())),
];
const INNOCENT: &[Column] = &[
    ("innocent", |counts| counts.total().to_string()),
    ("reported", |counts| counts.false_positives.to_string()),
    ("rate", |counts| rate(counts.false_positive_rate())),
];

fn rate(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn rows<K: ToString>(map: &BTreeMap<K, Counts>, all: Option<Counts>) -> Vec<(String, Counts)> {
    let rows = map.iter().map(|(name, counts)| (name.to_string(), *counts));
    rows.chain(all.filter(|_| map.len() > 1).map(|all| ("all".to_owned(), all))).collect()
}

fn tables(evaluation: &Evaluation, with_mistakes: bool, is_markdown: bool) -> String {
    let mut out = String::new();
    let mut table = |title: &str, rows: &[(String, Counts)], columns: &[Column]| {
        if !rows.is_empty() {
            push_table(&mut out, title, rows, columns, is_markdown);
        }
    };
    table("messages by language", &rows(&evaluation.by_language, Some(evaluation.overall())), ALL);
    table("conversations by language", &rows(&evaluation.conversations, Some(evaluation.overall_conversations())), ALL);
    table("signal", &rows(&evaluation.by_signal, None), GUILTY);
    table("evasion", &rows(&evaluation.by_evasion, None), GUILTY);
    table("hard class (0 is ordinary talk)", &rows(&evaluation.by_hard_class, None), INNOCENT);
    let (right, compared) = evaluation.directions;
    if compared > 0 {
        let _ = writeln!(out, "directions right: {right} of {compared}");
    }
    if evaluation.late > 0 {
        let _ = writeln!(out, "conversations reported late: {}", evaluation.late);
    }
    if with_mistakes {
        push_mistakes(&mut out, evaluation, is_markdown);
    }
    out
}

fn push_table(out: &mut String, title: &str, rows: &[(String, Counts)], columns: &[Column], is_markdown: bool) {
    let mut grid =
        vec![std::iter::once(title).chain(columns.iter().map(|(name, _)| *name)).map(str::to_owned).collect()];
    for (name, counts) in rows {
        grid.push(
            std::iter::once(name.clone()).chain(columns.iter().map(|(_, cell)| cell(counts))).collect::<Vec<_>>(),
        );
    }
    if is_markdown {
        let dashes = (0..=columns.len()).map(|at| if at == 0 { "---" } else { "---:" }.to_owned()).collect();
        grid.insert(1, dashes);
        for row in grid {
            let _ = writeln!(out, "| {} |", row.join(" | "));
        }
    } else {
        let width = |at: usize| grid.iter().map(|row| row[at].chars().count()).max().unwrap_or(0);
        let widths: Vec<usize> = (0..=columns.len()).map(width).collect();
        for row in &grid {
            let first = widths[0];
            let _ = write!(out, "{:first$}", row[0]);
            for (cell, width) in row[1..].iter().zip(&widths[1..]) {
                let _ = write!(out, "  {cell:>width$}");
            }
            out.push('\n');
        }
    }
    out.push('\n');
}

fn push_mistakes(out: &mut String, evaluation: &Evaluation, is_markdown: bool) {
    let bullet = if is_markdown { "- " } else { "" };
    for (title, label) in [("missed", Label::Solicitation), ("falsely reported", Label::Benign)] {
        let mistakes: Vec<_> = evaluation.mistakes.iter().filter(|mistake| mistake.label == label).collect();
        let _ = writeln!(out, "\n{title}: {}", mistakes.len());
        for mistake in mistakes {
            let why = match (label, mistake.hard) {
                (Label::Benign, Some(class)) => format!("hard {class}; {}", mistake.rules.join(", ")),
                (Label::Benign, None) => mistake.rules.join(", "),
                _ => format!("{}; fired: {}", mistake.signals.join(", "), mistake.rules.join(", ")),
            };
            let text = inline(&mistake.text);
            let _ = writeln!(out, "{bullet}{} {} {:.2} {text} ({why})", mistake.id, mistake.lang, mistake.score);
        }
    }
}
