//! `--output human`: findings for an analyst, with the evidence marked in the message.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::ops::Range;

use anstyle::{AnsiColor, Style};
use queja::chatlog::Record;
use queja::{Assessment, Detector, Entity, Level, ReportSuggestion};

use crate::redact::Mask;
use crate::visible::{Marking, inline, marked};

/// The senders remembered outside of any conversation.
const MOST_SENDERS: usize = 4096;

/// The rules of a signal that are named; the strongest come first.
const MOST_RULES: usize = 2;

/// A message to show.
pub struct Shown {
    pub record: Record,
    /// The text with the targets of hidden links after it, if there are any.
    pub full: Option<String>,
    pub role: Option<String>,
    pub assessment: Assessment,
    pub mask: Option<Mask>,
}

/// The styles of a level, of evidence and of what is less important.
#[derive(Clone, Copy, Default)]
pub struct Styles {
    pub is_on: bool,
    pub bold: Style,
    pub dim: Style,
    report: Style,
    warn: Style,
    notice: Style,
}

impl Styles {
    pub fn new(is_on: bool) -> Self {
        if !is_on {
            return Self::default();
        }
        Self {
            is_on,
            bold: Style::new().bold(),
            dim: Style::new().dimmed(),
            report: AnsiColor::Red.on_default().bold(),
            warn: AnsiColor::Yellow.on_default().bold(),
            notice: AnsiColor::Cyan.on_default().bold(),
        }
    }

    pub fn level(&self, level: Level) -> Style {
        match level {
            Level::Report => self.report,
            Level::Warn => self.warn,
            Level::Notice => self.notice,
            _ => self.dim,
        }
    }

    /// How evidence of this level is marked.
    pub fn marking(&self, level: Level) -> Marking {
        if self.is_on { Marking::Style(self.level(level).underline()) } else { Marking::Carets }
    }
}

/// Writes findings, and the full suggestion once for each sender of a conversation.
pub struct Printer {
    styles: Styles,
    detector: Detector,
    /// The language of the reader.
    lang: String,
    /// What each rule sees.
    titles: HashMap<String, String>,
    conversation: Option<String>,
    told: HashSet<String>,
}

impl Printer {
    pub fn new(detector: &Detector, lang: String, styles: Styles) -> Self {
        let titles = detector.rules().rules().map(|rule| (rule.id().to_owned(), rule.title().to_owned())).collect();
        Self { styles, detector: detector.clone(), lang, titles, conversation: None, told: HashSet::new() }
    }

    /// The message, what was found in it, and what may be done.
    pub fn finding(&mut self, shown: &Shown) -> String {
        let mut out = String::new();
        let Shown { record, assessment, mask, full, .. } = shown;
        let dim = self.styles.dim;
        self.header(&mut out, shown);
        let marks = evidence(assessment);
        self.text(&mut out, &record.text, &marks, mask.as_ref(), assessment.level, "│");
        if let Some(full) = full {
            // Targets that the message links to without showing them.
            let start = (record.text.len() + 1).min(full.len());
            let marks: Vec<_> = marks
                .iter()
                .filter(|mark| mark.end > start)
                .map(|mark| mark.start.saturating_sub(start)..mark.end - start)
                .collect();
            let mask = mask.as_ref().map(|mask| mask.from(start));
            let _ = writeln!(out, "  {dim}┆ links to, without showing it:{dim:#}");
            self.text(&mut out, &full[start..], &marks, mask.as_ref(), assessment.level, "┆");
        }
        if !assessment.signals.is_empty() {
            let _ = writeln!(out, "  {dim}why{dim:#}    {}", self.why(assessment));
        }
        let entities = entities(&assessment.entities);
        if !entities.is_empty() {
            let _ = writeln!(out, "  {dim}found{dim:#}  {entities}");
        }
        let disguises = disguises(assessment);
        if !disguises.is_empty() {
            let _ = writeln!(out, "  {dim}hidden{dim:#} {disguises}");
        }
        if let Some(suggestion) = &assessment.suggestion {
            let is_first = self.is_first(record);
            self.suggestion(&mut out, suggestion, is_first);
        }
        out.push('\n');
        out
    }

    fn text(
        &self,
        out: &mut String,
        text: &str,
        marks: &[Range<usize>],
        mask: Option<&Mask>,
        level: Level,
        rule: &str,
    ) {
        let dim = self.styles.dim;
        out.push_str(&marked(text, marks, mask, self.styles.marking(level), &format!("  {dim}{rule}{dim:#} ")));
    }

    fn header(&self, out: &mut String, Shown { record, role, assessment, .. }: &Shown) {
        let Styles { bold, dim, .. } = self.styles;
        let level = self.styles.level(assessment.level);
        let name = assessment.level.as_str().to_uppercase();
        let _ = write!(out, "{level}{name}{level:#} {:.2}", assessment.score.value);
        if let Some(sender) = &record.sender {
            let _ = write!(out, "  {bold}{}{bold:#}", inline(sender));
            if let Some(role) = role {
                let _ = write!(out, " ({})", inline(role));
            }
        }
        if let Some(time) = &record.sent_at {
            let _ = write!(out, "  {}", inline(time));
        }
        let _ = write!(out, "  {dim}{}", inline(&record.source.to_string()));
        if let Some(id) = &record.id {
            let _ = write!(out, "  {}", inline(id));
        }
        let _ = writeln!(out, "{dim:#}");
    }

    /// Each signal in words with what its rules saw.
    fn why(&self, assessment: &Assessment) -> String {
        let signals = assessment.signals.iter().map(|signal| {
            let rules = signal.findings.iter().take(MOST_RULES).map(|finding| {
                let title = self.titles.get(&finding.rule).map_or("", String::as_str);
                format!("{} [{}]", lowered(title), finding.rule)
            });
            let more = match signal.findings.len().saturating_sub(MOST_RULES) {
                0 => String::new(),
                more => format!(" and {more} more"),
            };
            format!(
                "{}: {}{more}",
                self.detector.rules().signal_title(&signal.signal, &self.lang),
                rules.collect::<Vec<_>>().join(", ")
            )
        });
        signals.collect::<Vec<_>>().join("; ")
    }

    /// Whether nothing was suggested yet about this sender of this conversation.
    fn is_first(&mut self, record: &Record) -> bool {
        if record.conversation != self.conversation || self.told.len() >= MOST_SENDERS {
            self.conversation.clone_from(&record.conversation);
            self.told.clear();
        }
        self.told.insert(record.sender.clone().unwrap_or_default())
    }

    pub fn suggestion(&self, out: &mut String, suggestion: &ReportSuggestion, is_full: bool) {
        let Styles { bold, dim, .. } = self.styles;
        if let [earlier @ .., _] = &suggestion.evidence[..]
            && !earlier.is_empty()
        {
            let _ = writeln!(out, "  {dim}with{dim:#}   earlier messages of the same sender");
            for piece in earlier {
                let place =
                    [&piece.sent_at, &piece.id].into_iter().flatten().map(|part| inline(part)).collect::<Vec<_>>();
                let _ = writeln!(out, "         “{}” {dim}{}{dim:#}", inline(&piece.quote), place.join(" "));
            }
        }
        let _ = writeln!(out, "  {bold}→ {}{bold:#}: {}", suggestion.label, suggestion.reason);
        if is_full {
            for (sign, lines) in [('✗', &suggestion.lost_protections), ('✓', &suggestion.advice)] {
                for line in lines {
                    let _ = writeln!(out, "      {sign} {line}");
                }
            }
        }
    }
}

/// The byte ranges of all evidence.
pub fn evidence(assessment: &Assessment) -> Vec<Range<usize>> {
    let findings = assessment.signals.iter().flat_map(|signal| &signal.findings);
    findings.flat_map(|finding| &finding.spans).map(queja::Span::range).collect()
}

/// `phone +447700900118`, one after the other; what nothing confirms has a question mark.
pub fn entities(entities: &[Entity]) -> String {
    let shown = entities.iter().map(|entity| {
        let doubt = if entity.valid { "" } else { " ?" };
        format!("{} {}{doubt}", words(&name(&entity.kind)), inline(&entity.value))
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The kinds of disguises, each once.
fn disguises(assessment: &Assessment) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for evasion in &assessment.evasion {
        let kind = words(&name(&evasion.kind));
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(", ")
}

/// The name of a kind, as in JSON.
pub fn name(kind: &impl serde::Serialize) -> String {
    match serde_json::to_value(kind) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// `messaging_app` in words.
fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A title inside a sentence; `QR` and the like keep their letters.
fn lowered(title: &str) -> String {
    let mut chars = title.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), second) if second.is_none_or(|c| !c.is_uppercase()) => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => title.to_owned(),
    }
}
