//! The drafted complaint.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::rules::RulePack;

/// The complaint that the reader of a message may file, drafted in the reader's
/// language.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ReportSuggestion {
    /// What the platform should offer to do: `file_complaint`.
    pub action: String,
    /// The text of the button.
    pub label: String,
    /// The language of the texts.
    pub lang: String,
    /// What was asked of the reader, in a sentence or two.
    pub reason: String,
    /// What the reader would lose.
    pub lost_protections: Vec<String>,
    /// What to do instead.
    pub advice: Vec<String>,
    /// The messages that show it.
    pub evidence: Vec<Evidence>,
    /// The rules that found it.
    pub pack: PackInfo,
}

/// A quoted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The message's id, where the caller gave one.
    pub id: Option<String>,
    /// Who wrote it.
    pub sender: Option<String>,
    /// When, as the caller gave it.
    pub sent_at: Option<String>,
    /// The message, shortened around what was found.
    pub quote: String,
}

impl Evidence {
    pub(crate) fn new(id: Option<String>, sender: Option<String>, sent_at: Option<String>, quote: String) -> Self {
        Self { id, sender, sent_at, quote }
    }
}

/// Name and version of a rule pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PackInfo {
    /// The pack's name.
    pub name: String,
    /// The pack's version.
    pub version: String,
}

/// The longest quote, in characters.
const LONGEST_QUOTE: usize = 280;

/// Drafts the complaint for these signals, strongest first.
pub(crate) fn suggest(
    pack: &RulePack,
    lang: &str,
    signals: &[&str],
    evidence: Vec<Evidence>,
) -> Option<ReportSuggestion> {
    let texts = pack.texts_in(lang)?;
    let reason = signals
        .iter()
        .take(2)
        .filter_map(|signal| texts.reasons.get(*signal).map(String::as_str))
        .collect::<Vec<_>>()
        .join(if texts.language.starts_with("zh") || texts.language == "ja" { "" } else { " " });
    let mut loses: Vec<&str> = signals
        .iter()
        .filter_map(|signal| pack.signals.iter().find(|known| known.id == *signal).map(|known| known.loses.as_str()))
        .collect();
    loses.sort_unstable();
    loses.dedup();
    let all = |map: &BTreeMap<String, Vec<String>>| {
        let mut lines: Vec<String> = Vec::new();
        for line in loses.iter().filter_map(|what| map.get(*what)).flatten() {
            if !lines.contains(line) {
                lines.push(line.clone());
            }
        }
        lines
    };
    Some(ReportSuggestion {
        action: "file_complaint".to_owned(),
        label: texts.label.clone(),
        lang: texts.language.clone(),
        reason,
        lost_protections: all(&texts.lost_protections),
        advice: all(&texts.advice),
        evidence,
        pack: PackInfo { name: pack.name.clone(), version: pack.version.clone() },
    })
}

/// The message, shortened to the neighbourhood of what was found in it.
pub(crate) fn quote(text: &str, found: &std::ops::Range<usize>) -> String {
    let count = text.chars().count();
    if count <= LONGEST_QUOTE {
        return text.to_owned();
    }
    let before = text.get(..found.start).map_or(0, |head| head.chars().count());
    let start = before.saturating_sub(LONGEST_QUOTE / 3).min(count - LONGEST_QUOTE);
    let shortened: String = text.chars().skip(start).take(LONGEST_QUOTE).collect();
    let (head, tail) = (if start > 0 { "…" } else { "" }, if start + LONGEST_QUOTE < count { "…" } else { "" });
    format!("{head}{shortened}{tail}")
}
