//! The list of peers: the middleware under test.

use std::path::Path;

use crate::{
    Failure,
    child::Child,
    in_process,
    line::{RequestLine, Response},
    policy::Policy,
    version::Pinned,
};

/// A server that answers requests.
pub(crate) trait Server {
    fn answer(&mut self, request: &RequestLine) -> Result<Response, Failure>;
}

/// The result of configuring a peer with a policy.
pub(crate) enum Opened {
    Serves(Box<dyn Server>),
    /// The middleware cannot express the policy, for this reason.
    CannotExpress(String),
}

pub(crate) struct Peer {
    pub(crate) name: &'static str,
    pub(crate) pinned: Pinned,
    kind: Kind,
}

enum Kind {
    InProcess(fn(&Policy) -> Opened),
    /// A program, its working directory, and the script that it runs. Further arguments are the policy file
    /// and the port.
    Child(&'static str, &'static str, Option<&'static str>),
}

pub(crate) const PEERS: [Peer; 13] = [
    Peer::in_process(
        "fetch-cors",
        "name = \"fetch-cors\"\nversion = \"",
        in_process::ours::open,
    ),
    Peer::in_process(
        "tower-http",
        "name = \"tower-http\"\nversion = \"",
        in_process::tower_http::open,
    ),
    Peer::in_process(
        "actix-cors",
        "name = \"actix-cors\"\nversion = \"",
        in_process::actix::open,
    ),
    Peer::in_process(
        "poem",
        "name = \"poem\"\nversion = \"",
        in_process::poem::open,
    ),
    Peer::in_process(
        "warp",
        "name = \"warp\"\nversion = \"",
        in_process::warp::open,
    ),
    Peer::node("Express cors", "\"cors\": \"", "express.js"),
    Peer::node("@fastify/cors", "\"@fastify/cors\": \"", "fastify.js"),
    Peer::node("Hono", "\"hono\": \"", "hono.js"),
    Peer::python("Flask-CORS", "flask-cors==", "flask_peer.py"),
    Peer::python(
        "django-cors-headers",
        "django-cors-headers==",
        "django_peer.py",
    ),
    Peer::python("Starlette", "starlette==", "starlette_peer.py"),
    Peer::go("rs/cors", "go/rs/go.mod", "github.com/rs/cors ", "go/rs"),
    Peer::go(
        "jub0bs/cors",
        "go/jub0bs/go.mod",
        "github.com/jub0bs/cors ",
        "go/jub0bs",
    ),
];

impl Peer {
    const fn in_process(
        name: &'static str,
        after: &'static str,
        open: fn(&Policy) -> Opened,
    ) -> Self {
        Self::new(name, "rust/Cargo.lock", after, Kind::InProcess(open))
    }

    const fn node(name: &'static str, after: &'static str, file: &'static str) -> Self {
        let kind = Kind::Child("node", "node", Some(file));
        Self::new(name, "node/package.json", after, kind)
    }

    const fn python(name: &'static str, after: &'static str, file: &'static str) -> Self {
        let kind = Kind::Child("environment/bin/python", "python", Some(file));
        Self::new(name, "python/requirements.in", after, kind)
    }

    const fn go(
        name: &'static str,
        file: &'static str,
        after: &'static str,
        directory: &'static str,
    ) -> Self {
        let kind = Kind::Child("./server", directory, None);
        Self::new(name, file, after, kind)
    }

    const fn new(name: &'static str, file: &'static str, after: &'static str, kind: Kind) -> Self {
        let pinned = Pinned { file, after };
        Self { name, pinned, kind }
    }

    /// Configures the peer. `file` is the policy file, and `root` is the folder of the peers.
    pub(crate) fn open(
        &self,
        policy: &Policy,
        file: &Path,
        root: &Path,
    ) -> Result<Opened, Failure> {
        match self.kind {
            Kind::InProcess(open) => Ok(open(policy)),
            Kind::Child(program, directory, script) => {
                Child::start(program, &root.join(directory), script, file)
            }
        }
    }
}
