//! What the subcommands that assess messages have in common: pack, policy, language.

use std::path::PathBuf;

use queja::{Detector, Policy, RulePack};

use crate::trouble::Trouble;

#[derive(clap::Args)]
pub struct Setup {
    /// Language of what people read, such as es or zh-TW [default: from the locale, else en]
    ///
    /// It is the language of suggestions, not of the messages: those are read in all languages
    /// of the pack.
    #[arg(long, value_name = "LANG")]
    pub lang: Option<String>,
    /// Lay the rule files of DIR over the built-in pack
    #[arg(long, value_name = "DIR")]
    pub rules: Option<PathBuf>,
    /// What the platform forbids and from which score it acts (TOML)
    #[arg(long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
}

impl Setup {
    /// The language of what people read.
    pub fn reader_language(&self) -> String {
        self.lang.clone().unwrap_or_else(locale)
    }

    pub fn detector(&self) -> Result<Detector, Trouble> {
        let mut builder = Detector::builder().reader_language(self.reader_language());
        if let Some(dir) = &self.rules {
            builder = builder.rules(RulePack::overlay(dir).map_err(Trouble::new)?);
        }
        if let Some(file) = &self.policy {
            builder = builder.policy(Policy::from_file(file).map_err(Trouble::new)?);
        }
        Ok(builder.build())
    }
}

/// The language of the locale, as the environment has it: `es_ES.UTF-8` is `es-ES`.
fn locale() -> String {
    let set = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    let locale = set.unwrap_or_default();
    match locale.split(['.', '@']).next() {
        None | Some("" | "C" | "POSIX") => "en".to_owned(),
        Some(name) => name.replace('_', "-"),
    }
}
