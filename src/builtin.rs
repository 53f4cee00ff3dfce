//! The pack that ships with the library, compiled when the library is built.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use serde::de::DeserializeOwned;

use crate::rules::{RulePack, RulePackError};
use crate::vocabulary::Vocabulary;

/// The files of the built-in pack, as written.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));
/// The same without its words, loaded and checked.
const PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin"));
/// Its words, compiled.
const VOCABULARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));

/// A pack's words, compiled: those of the built-in one are shared by all detectors.
pub(crate) fn vocabulary_of(pack: &RulePack) -> Arc<Vocabulary> {
    static BUILTIN: OnceLock<Arc<Vocabulary>> = OnceLock::new();
    if pack.is_wordless {
        BUILTIN.get_or_init(|| Arc::new(read(VOCABULARY))).clone()
    } else {
        Arc::new(Vocabulary::new(pack))
    }
}

/// Reads what the build script wrote.
fn read<T: DeserializeOwned>(bytes: &'static [u8]) -> T {
    postcard::from_bytes(bytes).unwrap_or_else(|error| unreachable!("not what the build script wrote: {error}"))
}

impl RulePack {
    /// The pack that ships with this version of the library; its words are compiled
    /// already.
    #[must_use]
    pub fn builtin() -> Self {
        Self { is_wordless: true, ..read(PACK) }
    }

    /// [`RulePack::builtin`] read from its files again, with all its words in it.
    ///
    /// # Errors
    ///
    /// As [`RulePack::from_dir`].
    pub fn load_builtin() -> Result<Self, RulePackError> {
        Self::from_files(&embedded())
    }

    /// The built-in pack with the files of a directory laid over it: words are
    /// added, rules and apps of the same id replaced, rules disabled, weights changed.
    ///
    /// # Errors
    ///
    /// As [`RulePack::from_dir`].
    pub fn overlay(dir: impl AsRef<Path>) -> Result<Self, RulePackError> {
        let mut files = embedded();
        let prefix = dir.as_ref().display().to_string();
        files.extend(
            Self::read_dir(dir.as_ref())?.into_iter().map(|(name, content)| (format!("{prefix}/{name}"), content)),
        );
        Self::from_files(&files)
    }
}

fn embedded() -> Vec<(String, String)> {
    EMBEDDED.iter().map(|(name, content)| ((*name).into(), (*content).into())).collect()
}
