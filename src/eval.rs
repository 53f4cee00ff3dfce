//! Labelled messages and conversations to precision, recall and F1.
//!
//! ```
//! use queja::{Detector, eval::{Evaluation, Labelled}};
//!
//! let line = r#"{"id": "1", "lang": "en", "text": "add me on WhatsApp", "label": "solicitation"}"#;
//! let record: Labelled = serde_json::from_str(line)?;
//! let evaluation = Evaluation::of(&Detector::new(), &[record]);
//! assert_eq!(evaluation.overall().recall(), Some(1.0));
//! # Ok::<(), serde_json::Error>(())
//! ```

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::conversation::Conversation;
use crate::detector::{Assessment, Detector, Message};
use crate::policy::Level;
use crate::rules::{Example, Fault, RulePack};

/// A labelled message or conversation, as the annotation guide defines it.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct Labelled {
    /// The record's id.
    pub id: String,
    /// The language of the text.
    pub lang: String,
    /// The text; empty for a conversation.
    #[serde(default)]
    pub text: String,
    /// The messages of a conversation.
    #[serde(default)]
    pub messages: Vec<LabelledMessage>,
    /// Whether it solicits.
    pub label: Label,
    /// The signals a moderator would tick, the primary first.
    #[serde(default)]
    pub signals: Vec<String>,
    /// `offer`, `request` or `both`.
    #[serde(default)]
    pub direction: Option<String>,
    /// How the text is disguised.
    #[serde(default)]
    pub evasion: Vec<String>,
    /// The class of hard negative, 1 to 8; 0 for ordinary talk.
    #[serde(default)]
    pub hard: Option<u8>,
    /// The message at which a moderator would know.
    #[serde(default)]
    pub completes_at: Option<usize>,
}

/// One message of a labelled conversation.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct LabelledMessage {
    /// Who wrote it.
    #[serde(default)]
    pub sender: String,
    /// The text.
    pub text: String,
}

/// The label of the annotation guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Label {
    /// Invites to leave the platform.
    Solicitation,
    /// Everything else.
    Benign,
}

/// How often the detector was right and wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Counts {
    /// Solicitations reported.
    pub true_positives: usize,
    /// Innocent messages reported.
    pub false_positives: usize,
    /// Innocent messages left alone.
    pub true_negatives: usize,
    /// Solicitations missed.
    pub false_negatives: usize,
}

impl Counts {
    fn add(&mut self, guilty: bool, reported: bool) {
        *match (guilty, reported) {
            (true, true) => &mut self.true_positives,
            (true, false) => &mut self.false_negatives,
            (false, true) => &mut self.false_positives,
            (false, false) => &mut self.true_negatives,
        } += 1;
    }

    /// Of those reported, the share that was guilty.
    #[must_use]
    pub fn precision(&self) -> Option<f64> {
        ratio(self.true_positives, self.true_positives + self.false_positives)
    }

    /// Of the guilty, the share that was reported.
    #[must_use]
    pub fn recall(&self) -> Option<f64> {
        ratio(self.true_positives, self.true_positives + self.false_negatives)
    }

    /// Of the innocent, the share that was reported.
    #[must_use]
    pub fn false_positive_rate(&self) -> Option<f64> {
        ratio(self.false_positives, self.false_positives + self.true_negatives)
    }

    /// The harmonic mean of precision and recall.
    #[must_use]
    pub fn f1(&self) -> Option<f64> {
        ratio(2 * self.true_positives, 2 * self.true_positives + self.false_positives + self.false_negatives)
    }

    /// How many records were counted.
    #[must_use]
    pub fn total(&self) -> usize {
        self.true_positives + self.false_positives + self.true_negatives + self.false_negatives
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of labelled records are small")]
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// A record that the detector got wrong.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct Mistake {
    /// The record's id.
    pub id: String,
    /// Its language.
    pub lang: String,
    /// Its label.
    pub label: Label,
    /// Its text, or the texts of its conversation.
    pub text: String,
    /// Its class of hard negative.
    pub hard: Option<u8>,
    /// Its signals.
    pub signals: Vec<String>,
    /// The score it got.
    pub score: f64,
    /// The rules that fired.
    pub rules: Vec<String>,
}

/// The outcome of an evaluation, cut every way.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Evaluation {
    /// Messages by language.
    pub by_language: BTreeMap<String, Counts>,
    /// Conversations by language.
    pub conversations: BTreeMap<String, Counts>,
    /// Conversations reported later than a moderator would know.
    pub late: usize,
    /// Guilty messages by signal: how often that very signal was found.
    pub by_signal: BTreeMap<String, Counts>,
    /// Guilty messages by evasion.
    pub by_evasion: BTreeMap<String, Counts>,
    /// Innocent messages by class of hard negative.
    pub by_hard_class: BTreeMap<u8, Counts>,
    /// Directions right and all directions compared, where the signal was found.
    pub directions: (usize, usize),
    /// What went wrong.
    pub mistakes: Vec<Mistake>,
}

impl Evaluation {
    /// Assesses all records; a message counts as reported at level `report`.
    #[must_use]
    pub fn of(detector: &Detector, records: &[Labelled]) -> Self {
        let mut evaluation = Self::default();
        for record in records {
            if record.messages.is_empty() {
                evaluation.message(detector, record);
            } else {
                evaluation.conversation(detector, record);
            }
        }
        evaluation
    }

    fn message(&mut self, detector: &Detector, record: &Labelled) {
        let assessment = detector.assess(Message::new(&record.text));
        let guilty = record.label == Label::Solicitation;
        let reported = assessment.level == Level::Report;
        self.by_language.entry(record.lang.clone()).or_default().add(guilty, reported);
        if guilty {
            for signal in &record.signals {
                let found = reported && assessment.signals.iter().any(|s| s.signal == *signal);
                self.by_signal.entry(signal.clone()).or_default().add(true, found);
            }
            for evasion in &record.evasion {
                self.by_evasion.entry(evasion.clone()).or_default().add(true, reported);
            }
            if let (Some(wanted), Some(primary)) = (&record.direction, record.signals.first())
                && let Some(found) = assessment.signals.iter().find(|s| s.signal == *primary)
            {
                self.directions.1 += 1;
                self.directions.0 += usize::from(found.direction.as_ref() == Some(wanted));
            }
        } else {
            self.by_hard_class.entry(record.hard.unwrap_or(0)).or_default().add(false, reported);
        }
        if guilty != reported {
            self.mistake(record, record.text.clone(), &assessment);
        }
    }

    fn conversation(&mut self, detector: &Detector, record: &Labelled) {
        let mut conversation = Conversation::new(detector);
        let mut first = None;
        let mut last = Assessment::default();
        for (index, message) in record.messages.iter().enumerate() {
            let assessment = conversation.push(Message::new(&message.text).sender(&message.sender));
            if assessment.level == Level::Report && first.is_none() {
                first = Some(index);
            }
            if assessment.score.value >= last.score.value {
                last = assessment;
            }
        }
        let guilty = record.label == Label::Solicitation;
        self.conversations.entry(record.lang.clone()).or_default().add(guilty, first.is_some());
        if let (true, Some(first), Some(due)) = (guilty, first, record.completes_at)
            && first > due
        {
            self.late += 1;
        }
        if guilty != first.is_some() {
            let text =
                record.messages.iter().map(|m| format!("{}: {}", m.sender, m.text)).collect::<Vec<_>>().join("\n");
            self.mistake(record, text, &last);
        }
    }

    fn mistake(&mut self, record: &Labelled, text: String, assessment: &Assessment) {
        self.mistakes.push(Mistake {
            id: record.id.clone(),
            lang: record.lang.clone(),
            label: record.label,
            text,
            hard: record.hard,
            signals: record.signals.clone(),
            score: assessment.score.value,
            rules: assessment.score.terms.iter().map(|term| term.name.clone()).collect(),
        });
    }

    /// All messages together.
    #[must_use]
    pub fn overall(&self) -> Counts {
        sum(self.by_language.values())
    }

    /// All conversations together.
    #[must_use]
    pub fn overall_conversations(&self) -> Counts {
        sum(self.conversations.values())
    }
}

fn sum<'c>(all: impl Iterator<Item = &'c Counts>) -> Counts {
    all.fold(Counts::default(), |mut sum, counts| {
        sum.true_positives += counts.true_positives;
        sum.false_positives += counts.false_positives;
        sum.true_negatives += counts.true_negatives;
        sum.false_negatives += counts.false_negatives;
        sum
    })
}

/// Runs every example of every rule through the whole detector and tells which
/// do not hold: an example that its own rule misses, a negative example that is
/// reported, a known miss that is found, a known false alarm that is gone.
#[must_use]
pub fn check_examples(pack: &RulePack) -> Vec<Fault> {
    let detector = Detector::builder().rules(pack.clone()).build();
    let mut faults = Vec::new();
    for rule in pack.rules.iter().filter(|rule| rule.enabled) {
        let fires = |text: &str| {
            let assessment = detector.assess(text);
            assessment.signals.iter().flat_map(|signal| &signal.findings).any(|finding| finding.rule == rule.id)
        };
        let reported = |text: &str| detector.assess(text).level == Level::Report;
        let examples = &rule.examples;
        let mut check = |list: &[Example], holds: &dyn Fn(&str) -> bool| {
            faults.extend(list.iter().filter(|example| !holds(&example.text)).map(|example| example.place.clone()));
        };
        check(&examples.positive, &fires);
        check(&examples.negative, &|text| !reported(text));
        check(&examples.known_misses, &|text| !fires(text));
        check(&examples.known_false_alarms, &reported);
    }
    faults
}
