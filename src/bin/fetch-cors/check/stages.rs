//! The stages of `check`: read the lines, compare them on all cores, and report them in order.

use std::{path::PathBuf, sync::Arc, vec};

use fetch_cors::engine::Engine;

use super::{
    Check,
    judged::{Judged, judge, recordings},
};
use crate::{
    batch::{Batch, Position, Room},
    input::Input,
    output::Stop,
    parallel::{Part, Stages},
    refusals::refused_fetches,
};

/// The files that were not yet read to their end.
pub(super) struct Files {
    pub(super) paths: vec::IntoIter<PathBuf>,
    pub(super) open: Option<(Arc<str>, Input)>,
}

/// The lines of a file.
#[derive(Default)]
pub(super) struct FileBatch {
    file: Arc<str>,
    batch: Batch,
}

/// The vectors of a batch, compared with the standard.
#[derive(Default)]
pub(super) struct Compared {
    position: Position,
    file: Arc<str>,
    vectors: Vec<Judged>,
}

pub(super) struct Compare {
    pub(super) room: Room,
    pub(super) examples: bool,
    pub(super) has_page: bool,
    pub(super) engine: Engine,
}

impl Stages for Compare {
    type Batch = FileBatch;
    type Worker = ();
    type Result = Compared;
    type Source = Files;
    type Sink = Check;

    fn read(
        &self,
        files: &mut Files,
        batch: &mut FileBatch,
        wait: &dyn Fn(),
    ) -> Result<Part, Stop> {
        loop {
            let Some((file, input)) = &mut files.open else {
                let Some(path) = files.paths.next() else {
                    return Ok(Part::End);
                };
                let file = path.to_string_lossy().into();
                files.open = Some((file, Input::open(&path)?));
                continue;
            };
            batch.file = Arc::clone(file);
            match input.next_batch(&mut batch.batch, self.room, wait)? {
                Part::End => files.open = None,
                part => return Ok(part),
            }
        }
    }

    fn worker(&self) {}

    fn work(&self, (): &mut (), batch: &FileBatch, compared: &mut Compared) -> Result<(), Stop> {
        compared.file = Arc::clone(&batch.file);
        compared.position = batch.batch.position();
        let lines = batch.batch.lines();
        let vectors = lines.map(|line| Judged {
            refused: if self.examples {
                refused_fetches(&line)
            } else {
                Vec::new()
            },
            compared: self.has_page.then(|| recordings(&line)).flatten(),
            ..judge(&line, self.engine)
        });
        compared.vectors.extend(vectors);
        Ok(())
    }

    fn finish(&self, check: &mut Check, compared: &mut Compared) -> Result<(), Stop> {
        for vector in compared.vectors.drain(..) {
            check.vector(&compared.file, vector)?;
        }
        compared.position.show(check.output.progress());
        check.output.flush()
    }
}
