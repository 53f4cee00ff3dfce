//! Messages assessed one by one, with memory.

use std::collections::VecDeque;

use crate::detector::{Assessment, Detector, Message};
use crate::policy::Level;

/// How many messages back a conversation remembers.
const WINDOW: usize = 20;
/// How many messages of talk without contact details end a chain of pieces.
const CHATTER: usize = 3;

/// A conversation between parties: each message is assessed with what went before.
///
/// What arrives in pieces is put together: the message that completes a number,
/// handle or address carries the finding and quotes the pieces.
///
/// ```
/// use queja::{Conversation, Detector, Level, Message};
///
/// let detector = Detector::new();
/// let mut chat = Conversation::new(&detector);
/// assert_ne!(chat.push(Message::new("my number is").sender("shop")).level, Level::Report);
/// assert_ne!(chat.push(Message::new("07700").sender("shop")).level, Level::Report);
/// assert_eq!(chat.push(Message::new("900123").sender("shop")).level, Level::Report);
/// ```
#[derive(Clone, Debug)]
pub struct Conversation {
    detector: Detector,
    window: VecDeque<Piece>,
}

/// A message that may be part of something.
#[derive(Clone, Debug)]
struct Piece {
    sender: String,
    text: String,
    id: Option<String>,
    sent_at: Option<String>,
    /// Reported already: not to be reported again with the next.
    reported: bool,
}

impl Conversation {
    /// An empty conversation.
    #[must_use]
    pub fn new(detector: &Detector) -> Self {
        Self { detector: detector.clone(), window: VecDeque::new() }
    }

    /// Assesses the next message.
    pub fn push<'m>(&mut self, message: impl Into<Message<'m>>) -> Assessment {
        let message = message.into();
        let assessment = self.detector.assess(message);
        let _ = (CHATTER, &self.window);
        self.window.push_back(Piece {
            sender: message.sender.unwrap_or_default().to_owned(),
            text: message.text.to_owned(),
            id: message.id.map(Into::into),
            sent_at: message.sent_at.map(Into::into),
            reported: assessment.level == Level::Report,
        });
        if self.window.len() > WINDOW {
            self.window.pop_front();
        }
        assessment
    }
}
