//! The recipes for logs and metrics.

use std::{
    convert::Infallible,
    io::{self, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use fetch_cors::{
    http::{Request, Response},
    server::CorsPolicy,
    tower::CorsLayer,
};
use fetch_cors_adapters::logging::{logged, report_only};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use tower::{Layer, ServiceExt, service_fn};

/// Stores the log.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Counts the calls of a counter by its labels.
#[derive(Default)]
struct Counts(Mutex<Vec<(String, Arc<AtomicU64>)>>);

impl Recorder for Counts {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let counter = Arc::new(AtomicU64::new(0));
        self.0
            .lock()
            .unwrap()
            .push((key.to_string(), counter.clone()));
        Counter::from_arc(counter)
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

fn policy() -> CorsPolicy {
    CorsPolicy::builder()
        .origin("https://app.example")
        .build()
        .unwrap()
}

fn preflight(origin: &str, method: &str) -> Request<()> {
    let request = Request::options("/notes").header("origin", origin);
    let request = request.header("access-control-request-method", method);
    request.body(()).unwrap()
}

/// Sends the requests to a service with the layer. Returns the lines of the log.
fn log_of(layer: &CorsLayer, requests: Vec<Request<()>>) -> Vec<String> {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .without_time()
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .finish();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    tracing::subscriber::with_default(subscriber, || {
        for request in requests {
            let inner = service_fn(async |_| Ok::<_, Infallible>(Response::new(())));
            runtime
                .block_on(layer.layer(inner).oneshot(request))
                .unwrap();
        }
    });
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    text.lines().map(String::from).collect()
}

#[test]
fn denials_are_logged_and_counted() {
    let requests = || {
        vec![
            preflight("https://app.example", "DELETE"),
            preflight("http://app.example", "GET"),
            preflight("https://app.example", "GET"),
        ]
    };
    let counts = Counts::default();
    let lines = metrics::with_local_recorder(&counts, || log_of(&logged(policy()), requests()));
    let line = |text: &str, reason: &str| {
        format!(
            " WARN fetch_cors_adapters::logging: cors denied: {text} reason=\"{reason}\" uri=/notes"
        )
    };
    let expected = [
        line(
            "preflight from `https://app.example` for `DELETE`: the policy does not allow the method `DELETE`",
            "method",
        ),
        line(
            "preflight from `http://app.example` for `GET`: the policy does not allow the origin; the nearest allowed origin is `https://app.example`: the scheme differs",
            "origin",
        ),
    ];
    assert_eq!(lines, expected);
    let counts = counts.0.into_inner().unwrap();
    let counts: Vec<_> = counts
        .iter()
        .map(|(key, count)| (&**key, count.load(Ordering::Relaxed)))
        .collect();
    let key = |reason| format!("Key(cors_denied_total, [reason = {reason}])");
    assert_eq!(counts, [(&*key("method"), 1), (&*key("origin"), 1)]);
}

#[test]
fn planned_policy_only_reports() {
    let today = CorsPolicy::builder().any_origin().build().unwrap();
    let layer = report_only(today, policy());
    let requests = ["https://app.example", "https://other.example"];
    let requests = requests.map(|origin| preflight(origin, "GET")).into();
    let lines = log_of(&layer, requests);
    let [line] = &lines[..] else {
        panic!("one line: {lines:?}");
    };
    assert!(
        line.contains("the planned policy denies this: preflight from `https://other.example`"),
        "{line}"
    );
}
