//! Finds **off-platform solicitation** in marketplace chat: a supplier who wants
//! to move to a messenger, a "pay my personal account", a phone number spelled
//! out in pieces, "10 % cheaper if we do it outside". Explains what it found, to
//! the byte, and drafts the complaint that the reader may file.
//!
//! ```
//! use queja::{Detector, Level};
//!
//! let detector = Detector::builder().reader_language("es").build();
//! let assessment = detector.assess("agrégame al wasap, ahí te hago 10 % de descuento");
//!
//! assert_eq!(assessment.level, Level::Report);
//! assert_eq!(assessment.primary().unwrap().signal, "messaging_app");
//! assert_eq!(assessment.suggestion.unwrap().label, "Presentar una queja");
//! ```
//!
//! # The types, as the data flows
//!
//! A [`Message`] (text, and what the caller knows of it) goes into a [`Detector`],
//! and an [`Assessment`] comes out: a [`Score`] with its terms, a [`Level`], the
//! signals with their [`Finding`]s and [`Span`]s, the [`Entity`]s found, the
//! disguises undone, and at level `report` a [`ReportSuggestion`]. A
//! [`Conversation`] does the same with memory: what arrives in pieces is put
//! together. Knowledge is data: a [`RulePack`] holds the words of languages, apps,
//! payment rails and rules; a [`Policy`] says what a platform forbids.
//!
//! # What is promised
//!
//! Assessing can't fail and can't panic, whatever the text. The same text and pack
//! give the same answer on every machine and thread; there is no network, no clock
//! and no randomness. Offsets are bytes of the caller's text, on character
//! boundaries.
//!
//! # Features
//!
//! | feature | adds | default |
//! |---|---|---|
//! | `cli` | the `queja` tool; implies the other two | yes |
//! | `chatlog` | `chatlog`, the readers of exported chats | by `cli` |
//! | `parallel` | what the tool needs for several threads | by `cli` |
//!
//! With `default-features = false` the library stands alone.

#![forbid(unsafe_code)]

mod builtin;
#[cfg(feature = "chatlog")]
pub mod chatlog;
mod conversation;
mod detector;
mod entity;
pub mod eval;
mod matcher;
mod policy;
mod report;
mod rules;
mod score;
mod text;
mod vocabulary;

pub use conversation::Conversation;
pub use detector::{
    Assessment, ConceptHit, Detector, DetectorBuilder, Evasion, Explanation, Finding, Message, NeutraliserHit,
    SignalFinding,
};
pub use entity::{Entity, EntityKind};
pub use policy::{Level, OrderState, Policy, PolicyError, Role, Surface, Thresholds, UnknownName};
pub use report::{Evidence, PackInfo, ReportSuggestion};
pub use rules::{Fault, RuleInfo, RulePack, RulePackError};
pub use score::{Score, Term};
pub use text::{EvasionKind, Span};
