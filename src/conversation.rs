//! Messages assessed one by one, with memory.

use std::collections::VecDeque;
use std::ops::Range;
use std::sync::OnceLock;

use crate::detector::{Assessment, Detector, Message, Parts};
use crate::matcher::{Carried, Context};
use crate::policy::{Level, Role};
use crate::report::Evidence;
use crate::text::Span;

/// How many messages back a conversation remembers.
const WINDOW: usize = 20;
/// How many messages of the same sender without any piece end a chain.
const CHATTER: usize = 3;
/// For how many messages the talk of a parcel exempts the numbers given for it.
const CARRIES: usize = 4;
/// The longest message that can be a piece, in bytes.
const LONGEST_PIECE: usize = 240;
/// The digits that make a number without any word that announces it.
const FEWEST_DIGITS: usize = 9;

/// A conversation between parties: each message is assessed with what went before.
///
/// What arrives in pieces is put together: the message that completes a number,
/// handle or address carries the finding, and the evidence quotes every piece.
/// Memory is bounded: the last 20 messages.
///
/// ```
/// use queja::{Conversation, Detector, Level, Message};
///
/// let detector = Detector::new();
/// let mut chat = Conversation::new(&detector);
/// assert_ne!(chat.push(Message::new("so my number is").sender("shop")).level, Level::Report);
/// assert_ne!(chat.push(Message::new("077").sender("shop")).level, Level::Report);
/// let last = chat.push(Message::new("00 900 123").sender("shop"));
/// assert_eq!(last.level, Level::Report);
/// assert_eq!(last.suggestion.unwrap().evidence.len(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Conversation {
    detector: Detector,
    window: VecDeque<Remembered>,
}

/// A message that may be part of something.
#[derive(Clone, Debug)]
struct Remembered {
    sender: String,
    text: String,
    id: Option<String>,
    sent_at: Option<String>,
    parts: Parts,
    /// What it exempts in the next messages, once that was asked.
    carried: OnceLock<Carried>,
    /// Reported already: its pieces are told.
    reported: bool,
}

impl Conversation {
    /// An empty conversation.
    #[must_use]
    pub fn new(detector: &Detector) -> Self {
        Self { detector: detector.clone(), window: VecDeque::new() }
    }

    /// Assesses the next message. Never fails, as [`Detector::assess`].
    pub fn push<'m>(&mut self, message: impl Into<Message<'m>>) -> Assessment {
        let message = message.into();
        let (alone, parts) = self.assess(&message, &[]);
        let exempt = matches!(message.role, Some(Role::Staff | Role::System));
        let assessment = if alone.level == Level::Report || exempt || !parts.is_piece(message.text) {
            alone
        } else {
            self.complete(&message, &parts).or_else(|| self.answer(&message, &parts)).unwrap_or(alone)
        };
        self.window.push_back(Remembered {
            sender: message.sender.unwrap_or_default().to_owned(),
            text: message.text.to_owned(),
            id: message.id.map(Into::into),
            sent_at: message.sent_at.map(Into::into),
            parts,
            carried: OnceLock::new(),
            reported: assessment.level == Level::Report,
        });
        if self.window.len() > WINDOW {
            self.window.pop_front();
        }
        assessment
    }

    /// A text with what the last messages exempt of it; only what is found can be exempt.
    fn assess(&self, message: &Message<'_>, joints: &[usize]) -> (Assessment, Parts) {
        let first = self.detector.assess_parts(message, &Context { carried: 0, joints });
        if first.0.signals.is_empty() {
            return first;
        }
        match self.carried(message.sender.unwrap_or_default()) {
            0 => first,
            carried => self.detector.assess_parts(message, &Context { carried, joints }),
        }
    }

    /// What the last messages exempt in the next one of a sender, as bits.
    fn carried(&self, sender: &str) -> u32 {
        self.window.iter().rev().take(CARRIES).fold(0, |all, earlier| {
            let carried = earlier.carried.get_or_init(|| self.detector.carried(&earlier.text));
            all | carried.all | if earlier.sender == sender { carried.sender } else { 0 }
        })
    }

    /// The assessment of this message put together with earlier pieces of the
    /// same sender, if that says more.
    fn complete(&self, message: &Message<'_>, parts: &Parts) -> Option<Assessment> {
        let chain = self.chain(message.sender.unwrap_or_default());
        let first = *chain.first()?;
        let announced = parts.announces
            || chain.iter().any(|&at| self.window[at].parts.announces)
            || self.window.range(first.saturating_sub(2)..).any(|other| other.parts.announces);
        let digits = parts.digits + chain.iter().map(|&at| self.window[at].parts.digits).sum::<usize>();
        if !(announced || digits >= FEWEST_DIGITS) {
            return None;
        }
        self.join(&chain, message, parts)
    }

    /// The assessment of this message as the answer to the one right before it, of
    /// another party, if that says more: "are you on Telegram?", "yes, `lily_88`".
    fn answer(&self, message: &Message<'_>, parts: &Parts) -> Option<Assessment> {
        let last = self.window.len().checked_sub(1)?;
        let asked = &self.window[last];
        let other = asked.sender != message.sender.unwrap_or_default();
        let asks = asked.parts.announces && !asked.reported && asked.text.len() <= LONGEST_PIECE;
        if !(other && asks && parts.carries()) {
            return None;
        }
        // What was asked for stands in the answer itself.
        self.join(&[last], message, parts).filter(|answered| !answered.entities.is_empty())
    }

    /// The assessment of earlier messages and this one as one text, if what is found
    /// reaches from them into it.
    fn join(&self, chain: &[usize], message: &Message<'_>, parts: &Parts) -> Option<Assessment> {
        let mut joined = String::new();
        let mut joints = Vec::with_capacity(chain.len());
        for &at in chain {
            joined.push_str(&self.window[at].text);
            joined.push(' ');
            joints.push(joined.len());
        }
        let own = joined.len()..joined.len() + message.text.len();
        joined.push_str(message.text);
        let (mut assessment, _) = self.assess(&Message { text: &joined, ..*message }, &joints);
        if assessment.level != Level::Report {
            return None;
        }
        // Something found must reach from an earlier message into this one.
        let crosses = |range: &Range<usize>| range.start < own.start && range.end > own.start;
        let entity = assessment.entities.iter().any(|entity| crosses(&entity.span.range()));
        let finding = assessment.signals.iter().flat_map(|signal| &signal.findings).any(|finding| {
            let before = finding.spans.iter().any(|span| span.start < own.start);
            // Of this message a piece of the details, not a word that happens to fit.
            let piece = |span: &Span| {
                let entities = assessment.entities.iter().map(|entity| &entity.span);
                span.text.chars().any(char::is_numeric)
                    || entities.into_iter().any(|entity| entity.start < span.end && span.start < entity.end)
            };
            let here = finding.spans.iter().any(|span| span.end > own.start && piece(span));
            before && here
        });
        if !(entity || finding && parts.carries()) {
            return None;
        }
        localise(&mut assessment, message.text, &own);
        if let Some(suggestion) = &mut assessment.suggestion {
            let earlier = chain.iter().map(|&at| {
                let piece = &self.window[at];
                Evidence::new(piece.id.clone(), Some(piece.sender.clone()), piece.sent_at.clone(), piece.text.clone())
            });
            let this = Evidence::new(
                message.id.map(Into::into),
                message.sender.map(Into::into),
                message.sent_at.map(Into::into),
                message.text.to_owned(),
            );
            suggestion.evidence = earlier.chain([this]).collect();
        }
        Some(assessment)
    }

    /// The indexes of the sender's earlier pieces, oldest first.
    fn chain(&self, sender: &str) -> Vec<usize> {
        let mut chain = Vec::new();
        let mut idle = 0;
        for (at, earlier) in self.window.iter().enumerate().rev() {
            if earlier.sender != sender {
                continue;
            }
            if earlier.reported || idle >= CHATTER {
                break;
            }
            if earlier.parts.is_piece(&earlier.text) {
                chain.push(at);
                idle = 0;
            } else {
                idle += 1;
            }
        }
        chain.reverse();
        chain
    }
}

impl Parts {
    /// Whether a message could be one piece of contact details.
    fn is_piece(&self, text: &str) -> bool {
        (self.carries() || self.announces) && text.len() <= LONGEST_PIECE
    }

    /// Whether it holds digits or a part of an address itself.
    fn carries(&self) -> bool {
        self.digits > 0 || self.address
    }
}

/// Moves what was found in the joined text to the offsets of the last message.
fn localise(assessment: &mut Assessment, text: &str, own: &Range<usize>) {
    let local = |span: &Span| {
        let start = span.start.max(own.start) - own.start;
        let end = span.end.saturating_sub(own.start);
        (start < end).then(|| Span::new(text, start..end))
    };
    for signal in &mut assessment.signals {
        for finding in &mut signal.findings {
            finding.spans = finding.spans.iter().filter_map(local).collect();
        }
    }
    assessment.entities.retain_mut(|entity| local(&entity.span).map(|span| entity.span = span).is_some());
    assessment.evasion.retain_mut(|evasion| local(&evasion.span).map(|span| evasion.span = span).is_some());
}
