//! What is found in a message: words, entities and disguises, each with the atoms that
//! rules ask for.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::text::EvasionKind;

/// A concept, app, rail or entity that rules can ask for.
pub(crate) type Atom = u16;

/// A word or entity found in the message.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    pub atoms: AtomList,
    /// Original byte range.
    pub range: Range<usize>,
    pub source: Source,
    pub strong: bool,
    /// The name may mean something else.
    pub ambiguous: bool,
    pub first_word: u32,
    pub last_word: u32,
    pub clause: u32,
    pub sentence: u32,
}

/// Where a hit comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Source {
    Word { languages: u64, cue: Option<CueKind> },
    Entity,
    Disguise(EvasionKind),
}

/// The few atoms of one hit, kept in place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct AtomList {
    atoms: [Atom; 7],
    len: u8,
}

impl AtomList {
    pub fn push(&mut self, atom: Atom) {
        if let Some(slot) = self.atoms.get_mut(usize::from(self.len)) {
            *slot = atom;
            self.len += 1;
        }
    }

    pub fn as_slice(&self) -> &[Atom] {
        &self.atoms[..usize::from(self.len)]
    }
}

/// What a word says of the numbers and names near it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum CueKind {
    /// A word for digits; the index of its value.
    Number {
        value: u16,
        homophone: bool,
    },
    At,
    Dot,
    Slash,
    Unit,
    Currency,
    NumberLabel,
    Phone,
    Email,
    /// A mail provider named in words; the index of its domain.
    Mail {
        index: u16,
    },
    Id,
    /// An invitation to contact the writer.
    Reach,
    Account,
    /// An app, by index; whether its name can mean nothing else.
    App {
        index: u16,
        sure: bool,
    },
    /// A payment rail; whether its name can mean nothing else, and whether it is a bank.
    Rail {
        sure: bool,
        bank: bool,
    },
    /// A bare verb of contacting.
    Contact,
    /// How to read what was disguised.
    Decode,
}

impl Hit {
    pub fn new(atoms: AtomList, range: Range<usize>, source: Source, strong: bool, ambiguous: bool) -> Self {
        Self { atoms, range, source, strong, ambiguous, first_word: 0, last_word: 0, clause: 0, sentence: 0 }
    }

    /// Whether this is the name of an app or rail, or an entity.
    pub fn is_name(&self) -> bool {
        self.source == Source::Entity || matches!(self.cue(), Some(CueKind::App { .. } | CueKind::Rail { .. }))
    }

    pub fn cue(&self) -> Option<CueKind> {
        match self.source {
            Source::Word { cue, .. } => cue,
            _ => None,
        }
    }
}
