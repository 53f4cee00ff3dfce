//! One line of `--output jsonl`: the contract.

use queja::chatlog::{Record, Source};
use queja::{Assessment, Entity, Evasion, Level, ReportSuggestion, SignalFinding, Term};
use serde::Serialize;

/// The keys of a line. Keys are only ever added.
#[derive(Serialize)]
struct Line<'m> {
    id: Option<&'m str>,
    source: &'m Source,
    conversation: Option<&'m str>,
    sender: Option<&'m str>,
    role: Option<&'m str>,
    sent_at: Option<&'m str>,
    score: f64,
    level: Level,
    signals: &'m [SignalFinding],
    entities: &'m [Entity],
    evasion: &'m [Evasion],
    suggestion: Option<&'m ReportSuggestion>,
    terms: &'m [Term],
    /// Targets that the message links to without showing them; they were read after the text.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hidden: Vec<&'m str>,
}

/// Writes the line of a message.
pub fn write(out: &mut Vec<u8>, record: &Record, role: Option<&str>, assessment: &Assessment) {
    let line = Line {
        id: record.id.as_deref(),
        source: &record.source,
        conversation: record.conversation.as_deref(),
        sender: record.sender.as_deref(),
        role,
        sent_at: record.sent_at.as_deref(),
        score: assessment.score.value,
        level: assessment.level,
        signals: &assessment.signals,
        entities: &assessment.entities,
        evasion: &assessment.evasion,
        suggestion: assessment.suggestion.as_ref(),
        terms: &assessment.score.terms,
        hidden: record.hidden.iter().map(|hidden| hidden.target.as_str()).collect(),
    };
    let before = out.len();
    match serde_json::to_writer(&mut *out, &line) {
        Ok(()) => out.push(b'\n'),
        // Strings and finite numbers can't fail; half a line would break the reader.
        Err(_) => out.truncate(before),
    }
}
