//! The house has one direction: a module on the left may not know one on the right.

use std::fs;
use std::path::{Path, PathBuf};

/// From left to right, as the data flows.
const LAYERS: [&str; 14] = [
    "text",
    "rules",
    "vocabulary",
    "builtin",
    "entity",
    "matcher",
    "score",
    "policy",
    "report",
    "detector",
    "conversation",
    "chatlog",
    "eval",
    "bin",
];

fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn layer(relative: &Path) -> Option<usize> {
    let first = relative.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    LAYERS.iter().position(|layer| *layer == name)
}

fn all() -> (PathBuf, Vec<PathBuf>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20, "the sources are found");
    (root, files)
}

#[test]
fn left_does_not_know_right() {
    let (root, files) = all();
    let mut faults = Vec::new();
    for path in files {
        let relative = path.strip_prefix(&root).unwrap();
        let Some(own) = layer(relative) else { continue };
        let source = fs::read_to_string(&path).unwrap();
        for (number, line) in source.lines().enumerate() {
            for (at, _) in line.match_indices("crate::") {
                let name: String = line[at + 7..].chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
                if let Some(other) = LAYERS.iter().position(|layer| *layer == name)
                    && other > own
                {
                    faults.push(format!("{}:{}: {} uses {name}", relative.display(), number + 1, LAYERS[own]));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_has_a_layer_and_no_file_two_subjects() {
    let (root, files) = all();
    for path in files {
        let relative = path.strip_prefix(&root).unwrap();
        assert!(layer(relative).is_some() || relative == Path::new("lib.rs"), "{} is in no layer", relative.display());
        let lines = fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= 800, "{} has {lines} lines: it has a second subject", relative.display());
    }
}
