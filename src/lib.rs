#![doc = "queja"]
#![forbid(unsafe_code)]

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
