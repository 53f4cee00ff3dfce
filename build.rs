//! Loads, checks and compiles the files of `rules/`, with the library's own code, into
//! what the built-in pack is read from: a new language or signal file needs no Rust,
//! and a faulty one stops the build with every fault listed.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

// The layers below the detector know nothing of how they were built.
#[allow(clippy::trivially_copy_pass_by_ref, dead_code, missing_docs, unused_imports)]
#[path = "src/rules/mod.rs"]
mod rules;
#[allow(dead_code, unused_imports)]
#[path = "src/text/mod.rs"]
mod text;
#[allow(dead_code, unused_imports)]
#[path = "src/vocabulary/mod.rs"]
mod vocabulary;

fn main() -> Result<(), Box<dyn Error>> {
    for source in ["rules", "src/rules", "src/text", "src/vocabulary", "build.rs"] {
        println!("cargo::rerun-if-changed={source}");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("rules");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let mut files = rules::RulePack::read_dir(&root)?;
    files.sort();
    let mut code = String::from("&[\n");
    for (name, _) in &files {
        writeln!(code, "    ({name:?}, include_str!({:?})),", root.join(name).display().to_string())?;
    }
    code.push(']');
    fs::write(out.join("embedded_rules.rs"), code)?;
    let pack = rules::RulePack::from_files(&files).map_err(|error| error.to_string())?;
    fs::write(out.join("vocabulary.bin"), postcard::to_stdvec(&vocabulary::Vocabulary::new(&pack))?)?;
    fs::write(out.join("pack.bin"), postcard::to_stdvec(&pack)?)?;
    Ok(())
}
