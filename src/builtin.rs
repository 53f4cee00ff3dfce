//! The pack that ships with the library, compiled when the library is built.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use crate::rules::{RulePack, RulePackError};
use crate::vocabulary::Vocabulary;

/// The files of the built-in pack, as written.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/embedded_rules.rs"));
/// The same without its words, loaded and checked.
const PACK: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/pack.bin"));
/// Its words, compiled.
const VOCABULARY: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.bin"));

impl RulePack {
    /// The pack that ships with this version of the library; its words are compiled
    /// already, and shared by all detectors of the process.
    #[must_use]
    pub fn builtin() -> Self {
        static BUILTIN: OnceLock<RulePack> = OnceLock::new();
        BUILTIN
            .get_or_init(|| {
                let read = || {
                    let vocabulary: Vocabulary = postcard::from_bytes(VOCABULARY)?;
                    let pack: Self = postcard::from_bytes(PACK)?;
                    Ok(Self { vocabulary: Some(Arc::new(vocabulary)), ..pack })
                };
                read().unwrap_or_else(|error: postcard::Error| unreachable!("written by the build script: {error}"))
            })
            .clone()
    }

    /// [`RulePack::builtin`] read from its files again, with the place of everything
    /// that can be told of in a fault.
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
