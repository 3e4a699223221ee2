//! Judges all peers with all policies.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fetch_cors::conformance::{Report, Violation};

use crate::{
    Failure,
    judge::judge,
    peer::{Opened, PEERS, Peer},
    policy::Policy,
};

/// The results of a peer.
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    pub(crate) cells: Result<Vec<Cell>, String>,
}

/// The result of a peer with one policy.
pub(crate) struct Cell {
    /// The file name without its extension.
    pub(crate) policy: String,
    pub(crate) result: Result<Judged, String>,
}

pub(crate) struct Judged {
    pub(crate) exchanges: usize,
    pub(crate) violations: Vec<Violation>,
}

pub(crate) fn survey(root: &Path) -> Result<Vec<Column>, Failure> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(root.join("policies"))? {
        files.push(entry?.path().canonicalize()?);
    }
    files.sort();
    Ok(PEERS
        .iter()
        .map(|peer| column(peer, &files, root))
        .collect())
}

fn column(peer: &Peer, files: &[PathBuf], root: &Path) -> Column {
    let cells: Result<Vec<Cell>, Failure> =
        files.iter().map(|file| cell(peer, file, root)).collect();
    let count = |cells: &Vec<Cell>| {
        let judged = cells.iter().filter_map(|cell| cell.result.as_ref().ok());
        judged.map(|judged| judged.exchanges).sum::<usize>()
    };
    match &cells {
        Ok(cells) => eprintln!("peers: {}: {} exchanges", peer.name, count(cells)),
        Err(error) => eprintln!("peers: {}: not run: {error}", peer.name),
    }
    Column {
        name: peer.name,
        version: peer.pinned.version(root).unwrap_or_default(),
        cells: cells.map_err(|error| error.to_string()),
    }
}

fn cell(peer: &Peer, file: &Path, root: &Path) -> Result<Cell, Failure> {
    let policy = Policy::read(file)?;
    let result = match peer.open(&policy, file, root)? {
        Opened::CannotExpress(why) => Err(why),
        Opened::Serves(mut server) => {
            let reports = judge(&mut *server, &policy.build()?)?;
            let violations = reports.iter().flat_map(Report::violations);
            Ok(Judged {
                exchanges: reports.iter().map(Report::exchanges).sum(),
                violations: violations.cloned().collect(),
            })
        }
    };
    let name = file.file_stem().unwrap_or_default();
    Ok(Cell {
        policy: name.to_string_lossy().into_owned(),
        result,
    })
}
