//! `queja explain`: every stage for one message.

use std::fmt::Write as _;
use std::io::{self, Read as _, Write as _};

use clap::ValueEnum;
use queja::{Detector, Explanation, Level, Message, OrderState, Role, Span};
use serde::Serialize;

use crate::human::{Printer, Styles, evidence, name};
use crate::setup::Setup;
use crate::trouble::{CLEAR, Outcome, Trouble, reported};
use crate::visible::{inline, marked};

/// Show every stage for one message: why it is reported, or why not
///
/// The stages: the text, its folded form, the words that mean something, numbers that are
/// neutral, contact points, what exempts clauses, the rules that fired, the terms of the score,
/// the level, the suggestion.
#[derive(clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The message; `-` or nothing is standard input
    text: Option<String>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = Output::Human)]
    output: Output,
    #[command(flatten)]
    setup: Setup,
    /// The role of the sender: buyer, supplier, staff or system
    #[arg(long)]
    role: Option<Role>,
    /// Where the order stands: none, open or fulfilled
    #[arg(long, value_name = "STATE")]
    order_state: Option<OrderState>,
}

const EXAMPLES: &str = "\
Examples:
  queja explain \"add me on WhatsApp, 10% off if you pay my account\"
  queja explain --output json \"加我微信\" | jq .terms

Exit status: 0 nothing to report, 1 a report suggested, 2 trouble.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Output {
    /// For a person
    Human,
    /// One JSON object
    Json,
}

/// The longest message read from standard input, in bytes.
const LONGEST: u64 = 16 << 20;

pub fn run(args: &Args) -> Outcome {
    let text = match args.text.as_deref() {
        None | Some("-") => read()?,
        Some(text) => text.to_owned(),
    };
    let detector = args.setup.detector()?;
    let mut message = Message::new(&text);
    message.role = args.role;
    message.order_state = args.order_state.unwrap_or_default();
    let explanation = detector.explain(message);
    match args.output {
        Output::Json => {
            let mut line = serde_json::to_vec_pretty(&Stages::of(&text, &explanation)).map_err(Trouble::new)?;
            line.push(b'\n');
            io::stdout().write_all(&line)?;
        }
        Output::Human => {
            let mut out = anstream::AutoStream::auto(io::stdout());
            let styles = Styles::new(out.current_choice() != anstream::ColorChoice::Never);
            out.write_all(human(&detector, args.setup.reader_language(), &text, &explanation, styles).as_bytes())?;
        }
    }
    Ok(if explanation.assessment.level == Level::Report { reported() } else { CLEAR })
}

fn read() -> Result<String, Trouble> {
    let mut bytes = Vec::new();
    let fault = |what: String| Trouble::new(format!("-: {what}"));
    io::stdin()
        .take(LONGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| fault(format!("it can't be read: {error}; name the text instead")))?;
    if bytes.len() as u64 > LONGEST {
        return Err(fault("the message is longer than 16 MiB; explain a part of it".to_owned()));
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok(text.strip_suffix('\n').map_or(&*text, |text| text.strip_suffix('\r').unwrap_or(text)).to_owned())
}

/// The stages as JSON: those of an assessment have the names of the contract.
#[derive(Serialize)]
struct Stages<'e> {
    text: &'e str,
    folded: &'e str,
    concepts: &'e [queja::ConceptHit],
    neutral_numbers: &'e [Span],
    neutralisers: &'e [queja::NeutraliserHit],
    score: f64,
    terms: &'e [queja::Term],
    level: Level,
    signals: &'e [queja::SignalFinding],
    entities: &'e [queja::Entity],
    evasion: &'e [queja::Evasion],
    suggestion: Option<&'e queja::ReportSuggestion>,
}

impl<'e> Stages<'e> {
    fn of(text: &'e str, explanation: &'e Explanation) -> Self {
        let assessment = &explanation.assessment;
        Self {
            text,
            folded: &explanation.folded,
            concepts: &explanation.concepts,
            neutral_numbers: &explanation.neutral_numbers,
            neutralisers: &explanation.neutralisers,
            score: assessment.score.value,
            terms: &assessment.score.terms,
            level: assessment.level,
            signals: &assessment.signals,
            entities: &assessment.entities,
            evasion: &assessment.evasion,
            suggestion: assessment.suggestion.as_ref(),
        }
    }
}

/// Writes stages as a title and rows beside it.
struct Page {
    out: String,
    styles: Styles,
}

/// The column at which rows begin.
const COLUMN: usize = 13;

impl Page {
    fn stage(&mut self, title: &str, rows: impl IntoIterator<Item = String>) {
        let bold = self.styles.bold;
        let mut title = title;
        for row in rows {
            let _ = writeln!(self.out, "{bold}{title:COLUMN$}{bold:#}{row}");
            title = "";
        }
        if !title.is_empty() {
            let dim = self.styles.dim;
            let _ = writeln!(self.out, "{bold}{title:COLUMN$}{bold:#}{dim}none{dim:#}");
        }
    }
}

fn human(detector: &Detector, lang: String, text: &str, explanation: &Explanation, styles: Styles) -> String {
    let assessment = &explanation.assessment;
    let mut page = Page { out: String::new(), styles };
    let lines = marked(text, &evidence(assessment), None, styles.marking(assessment.level), "");
    page.stage("text", lines.lines().map(str::to_owned));
    page.stage("folded", [inline(&explanation.folded).into_owned()]);
    page.stage(
        "concepts",
        explanation.concepts.iter().map(|hit| {
            let lang = hit.lang.as_deref().map(|lang| format!(" ({lang})")).unwrap_or_default();
            format!("{}{lang} {}", hit.concepts.join(", "), place(&hit.span))
        }),
    );
    page.stage("neutral", explanation.neutral_numbers.iter().map(place));
    page.stage(
        "entities",
        assessment.entities.iter().map(|entity| {
            let doubt = if entity.valid { "" } else { ", not confirmed" };
            format!("{} {}{doubt} {}", name(&entity.kind), inline(&entity.value), place(&entity.span))
        }),
    );
    page.stage(
        "evasion",
        assessment.evasion.iter().map(|evasion| format!("{} {}", name(&evasion.kind), place(&evasion.span))),
    );
    page.stage(
        "exempted by",
        explanation.neutralisers.iter().map(|hit| {
            format!("{}: {} {}", hit.id, hit.title, hit.spans.iter().map(place).collect::<Vec<_>>().join(" "))
        }),
    );
    let rules = detector.rules().rules().collect::<Vec<_>>();
    let mut rows = Vec::new();
    for signal in &assessment.signals {
        let direction = signal.direction.as_deref().map(|direction| format!(", {direction}")).unwrap_or_default();
        rows.push(format!("{} {}{direction}", signal.signal, signal.score));
        for finding in &signal.findings {
            let title = rules.iter().find(|rule| rule.id() == finding.rule).map_or("", queja::RuleInfo::title);
            let spans = finding.spans.iter().map(place).collect::<Vec<_>>().join(" ");
            rows.push(format!("  {} {}: {title} {spans}", finding.rule, finding.weight));
        }
    }
    page.stage("signals", rows);
    page.stage(
        "score",
        std::iter::once(assessment.score.value.to_string())
            .chain(assessment.score.terms.iter().map(|term| format!("  {} {}", term.name, term.weight))),
    );
    let style = styles.level(assessment.level);
    page.stage("level", [format!("{style}{}{style:#}", assessment.level)]);
    let mut out = page.out;
    if let Some(suggestion) = &assessment.suggestion {
        out.push('\n');
        Printer::new(detector, lang, styles).suggestion(&mut out, suggestion, true);
    }
    out
}

/// `“add me” 0..6`.
fn place(span: &Span) -> String {
    format!("“{}” {}..{}", inline(&span.text), span.start, span.end)
}
