//! Whose middleware is judged.

use std::path::Path;

use crate::{
    Failure,
    child::Child,
    in_process,
    line::{RequestLine, Response},
    policy::Policy,
};

/// Something that answers requests.
pub(crate) trait Server {
    fn answer(&mut self, request: &RequestLine) -> Result<Response, Failure>;
}

/// What becomes of a policy.
pub(crate) enum Opened {
    Serves(Box<dyn Server>),
    /// And why.
    CannotExpress(String),
}

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    kind: Kind,
}

enum Kind {
    InProcess(fn(&Policy) -> Opened),
    /// A program, its working directory, its arguments; the policy file and the port follow.
    Child(&'static str, &'static str, &'static [&'static str]),
}

const PYTHON: &str = "environment/bin/python";

pub(crate) const PEERS: [Peer; 12] = [
    Peer::in_process("fetch-cors", in_process::ours::open),
    Peer::in_process("tower-http", in_process::tower_http::open),
    Peer::in_process("actix-cors", in_process::actix::open),
    Peer::in_process("poem", in_process::poem::open),
    Peer::in_process("warp", in_process::warp::open),
    Peer::child("Express cors", "node", "node", &["express.js"]),
    Peer::child("@fastify/cors", "node", "node", &["fastify.js"]),
    Peer::child("Hono", "node", "node", &["hono.js"]),
    Peer::child("Flask-CORS", PYTHON, "python", &["flask_peer.py"]),
    Peer::child("django-cors-headers", PYTHON, "python", &["django_peer.py"]),
    Peer::child("Starlette", PYTHON, "python", &["starlette_peer.py"]),
    Peer::child("rs/cors", "./rs-cors-peer", "go", &[]),
];

impl Peer {
    const fn in_process(name: &'static str, open: fn(&Policy) -> Opened) -> Self {
        let kind = Kind::InProcess(open);
        Self { name, kind }
    }

    const fn child(
        name: &'static str,
        program: &'static str,
        directory: &'static str,
        arguments: &'static [&'static str],
    ) -> Self {
        let kind = Kind::Child(program, directory, arguments);
        Self { name, kind }
    }

    /// `file` is the policy's, and `root` the folder of the peers.
    pub(crate) fn open(
        &self,
        policy: &Policy,
        file: &Path,
        root: &Path,
    ) -> Result<Opened, Failure> {
        match self.kind {
            Kind::InProcess(open) => Ok(open(policy)),
            Kind::Child(program, directory, arguments) => {
                Child::start(program, &root.join(directory), arguments, file)
            }
        }
    }
}
