//! The inputs that the caller names: files, folders, standard input.

use std::path::{Path, PathBuf};

use crate::trouble::Trouble;

/// One input to read.
pub enum Input {
    Stdin,
    File(PathBuf),
}

impl Input {
    /// The name that stands for it in places and messages.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "-".to_owned(),
            Self::File(path) => path.display().to_string(),
        }
    }
}

/// The files that are named, folders replaced by all their files in order of name. A folder
/// that can't be read is told and left out.
pub fn inputs(paths: &[PathBuf], mut tell: impl FnMut(&Trouble)) -> Vec<Input> {
    if paths.is_empty() {
        return vec![Input::Stdin];
    }
    let mut inputs = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
        } else if path.is_dir() {
            let before = inputs.len();
            walk(path, &mut inputs, &mut tell);
            if inputs.len() == before {
                tell(&Trouble::new(format!("{}: no file is in it; name a folder that holds exports", path.display())));
            }
        } else {
            inputs.push(Input::File(path.clone()));
        }
    }
    inputs
}

/// Hidden files and folders are left out, and links to folders are not followed.
fn walk(dir: &Path, inputs: &mut Vec<Input>, tell: &mut impl FnMut(&Trouble)) {
    let entries = match std::fs::read_dir(dir).and_then(Iterator::collect::<Result<Vec<_>, _>>) {
        Ok(entries) => entries,
        Err(error) => {
            tell(&Trouble::new(format!("{}: it can't be read: {error}; check that you may read it", dir.display())));
            return;
        }
    };
    let mut entries: Vec<_> =
        entries.into_iter().filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')).collect();
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => walk(&path, inputs, tell),
            Ok(kind) if kind.is_symlink() && path.is_dir() => {}
            _ => inputs.push(Input::File(path)),
        }
    }
}
