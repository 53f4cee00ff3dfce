//! What the README promises, run as it stands there.

use std::fs;
use std::path::Path;
use std::process::Command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The first fenced block of this language that begins with `start`.
fn block(language: &str, start: &str) -> String {
    let readme = readme();
    let open = format!("```{language}\n{start}");
    let at = readme.find(&open).unwrap_or_else(|| panic!("no block begins with {start}"));
    let inside = &readme[at + language.len() + 4..];
    inside[..inside.find("\n```").unwrap()].to_owned()
}

#[test]
fn the_first_command_shows_report_suggestions() {
    let command = block("sh", "cargo run --release -- ");
    let arguments = command.trim().strip_prefix("cargo run --release -- ").unwrap().split_whitespace();
    let output = Command::new(env!("CARGO_BIN_EXE_queja"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let shown = String::from_utf8(output.stdout).unwrap();
    assert!(shown.contains("Presentar una queja"));
    // The picture in the README is what comes out.
    for line in block("text", "REPORT").lines() {
        assert!(shown.contains(line.trim_end()), "the output lacks this line of the README's picture:\n{line}");
    }
}

#[test]
fn the_second_command_is_what_ci_runs() {
    let command = block("sh", "cargo test");
    let ci = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(".ci/run")).unwrap();
    assert!(ci.lines().any(|line| line == format!("step {}", command.trim())));
}
