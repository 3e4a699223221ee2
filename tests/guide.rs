//! The Python and JavaScript code of each guide page runs, and prints the output that the page shows.
#![cfg(feature = "cli")]
#![allow(
    missing_docs,
    dead_code,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used
)]

#[path = "cli/program.rs"]
mod program;

use std::{
    collections::BTreeSet,
    env, fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Command, Stdio},
    thread,
};

use fetch_cors::{
    http::{HeaderMap, HeaderName, HeaderValue, Method},
    server::{CorsPolicy, PolicyFile, PublicSuffixList},
};
use serde_json::json;

use program::{Ran, command, feed, file, ran};

/// Returns the code blocks of a page, in order. Blocks in a language other than `language` are left out.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let path = match page {
        "README" => format!("{}/README.md", env!("CARGO_MANIFEST_DIR")),
        _ => format!("{}/src/guide/{page}.md", env!("CARGO_MANIFEST_DIR")),
    };
    let text = fs::read_to_string(path).unwrap();
    let blocks = text.split("```").skip(1).step_by(2);
    let blocks = blocks.filter_map(|block| block.strip_prefix(&format!("{language}\n")));
    let blocks: Vec<String> = blocks.map(String::from).collect();
    assert!(!blocks.is_empty(), "{page} has no block of {language}");
    blocks
}

/// Whether the interpreter is on this machine. If it is not, prints that the test checked nothing.
fn has_interpreter(interpreter: &str) -> bool {
    let version = Command::new(interpreter)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if version.is_ok_and(|status| status.success()) {
        return true;
    }
    // `eprintln` is not used, because the test runner captures its output.
    let note =
        format!("tests/guide.rs: `{interpreter}` is not installed, so this test checked nothing\n");
    io::stderr().write_all(note.as_bytes()).unwrap();
    false
}

/// Runs a script that finds the program by its name.
fn run_script(interpreter: &str, script: &str, input: impl Into<Vec<u8>>) -> Ran {
    let folder = Path::new(env!("CARGO_BIN_EXE_fetch-cors"))
        .parent()
        .unwrap();
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = [folder.to_owned()]
        .into_iter()
        .chain(env::split_paths(&path));
    let mut command = Command::new(interpreter);
    command
        .arg(script)
        .env("PATH", env::join_paths(folders).unwrap());
    feed(&mut command, input)
}

/// The guide page about credentials lists hosts that are not in the public suffix list.
#[test]
fn hosts_outside_of_the_public_suffix_list_build_with_credentials() {
    let page = format!("{}/src/guide/credentials.md", env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(page).unwrap();
    let (_, rest) = page.split_once("The list is incomplete.").unwrap();
    let (paragraph, _) = rest.split_once("\n\n").unwrap();
    let texts = paragraph.split('`').skip(1).step_by(2);
    let hosts: Vec<&str> = texts.filter(|text| text.starts_with("*.")).collect();
    assert_eq!(hosts.len(), 10, "{hosts:?}");
    let builds = |host: &str| {
        let policy = CorsPolicy::builder().origin(format!("https://{host}"));
        let policy = policy.credentials(true).public_suffixes(PublicSuffixList);
        policy.build().is_ok()
    };
    for host in hosts {
        assert!(
            builds(host),
            "the list has {host} now: remove it from the page"
        );
    }
    assert!(!builds("*.github.io"));
}

/// Starts a server with a policy, on a free port of this machine. Returns the URL of the server.
fn serve(policy: CorsPolicy) -> String {
    serve_at("/notes", policy)
}

/// Starts a server with a policy, on a free port of this machine. Returns the URL of the server, with the given path. If
/// the path is `/json`, the server answers a PUT without a body with the status 415.
fn serve_at(path: &'static str, policy: CorsPolicy) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}{path}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            // A request that is not HTTP gets no response.
            let _ = answer(&policy, path == "/json", stream.unwrap());
        }
    });
    url
}

fn answer(policy: &CorsPolicy, needs_body: bool, mut stream: TcpStream) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let method: Method = line.split(' ').next()?.parse().ok()?;
    let mut headers = HeaderMap::new();
    loop {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok()?;
        let line = line.trim_ascii();
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|&byte| byte == b':')?;
        let (name, value) = line.split_at(colon);
        let value = HeaderValue::from_bytes(value[1..].trim_ascii()).ok()?;
        headers.append(HeaderName::from_bytes(name).ok()?, value);
    }
    let decision = policy.decide(&method, &headers);
    let has_body = headers
        .get("content-length")
        .is_some_and(|length| length != "0");
    let of_handler = if needs_body && method == Method::PUT && !has_body {
        415
    } else {
        200
    };
    let status = decision
        .status()
        .map_or(of_handler, |status| status.as_u16());
    let mut response = HeaderMap::new();
    decision.apply(&mut response);
    let mut text =
        format!("HTTP/1.1 {status} Status\r\nconnection: close\r\ncontent-length: 0\r\n")
            .into_bytes();
    for (name, value) in &response {
        text.extend([name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"].concat());
    }
    text.extend(b"\r\n");
    stream.write_all(&text).ok()?;
    // Ends the response, and reads the rest of the request. If bytes stay unread, the system resets the connection.
    stream.shutdown(std::net::Shutdown::Write).ok()?;
    let _ = reader.read_to_end(&mut Vec::new());
    Some(())
}

fn policy() -> CorsPolicy {
    let builder = CorsPolicy::builder().origin("https://app.example");
    builder.methods(["PUT"]).build().unwrap()
}

/// Checks the output of the first script of a page: the output that the page shows.
fn assert_shown_output(page: &str, ran: Ran) {
    ran.expect(0, &blocks(page, "text")[0], "");
}

/// Returns the second script of a page. The URL in the script is replaced with the URL of a server that permits PUT
/// with JSON, and that needs a body.
fn session_script(page: &str, language: &str) -> String {
    let shown = "http://127.0.0.1:8000/notes";
    let script = &blocks(page, language)[1];
    assert!(script.contains(shown) && script.lines().count() <= 28);
    let policy = CorsPolicy::builder().origin("https://app.example");
    let policy = policy.methods(["PUT"]).request_headers(["content-type"]);
    script.replace(shown, &serve_at("/json", policy.build().unwrap()))
}

/// Checks the output of the second script of a page. The output has four lines, which are the results of four fetches:
/// the PUT with a body that the page shows, a PUT that the policy permits, a DELETE that the policy denies, and a fetch
/// without a connection.
fn assert_results(ran: &Ran) {
    assert_eq!((ran.status, &*ran.err), (0, ""));
    let [with_body, put, delete, broken] = &*ran.json() else {
        panic!("four results: {}", ran.out);
    };
    for put in [with_body, put] {
        assert_eq!(
            (&put["type"], &put["status"]),
            (&json!("cors"), &json!(200))
        );
    }
    assert_eq!(delete["failure"], "method-disallowed-by-preflight-response");
    assert_eq!(broken["failure"], "network-error");
}

/// Returns a URL of this machine. No server listens at this URL.
fn unused_url() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/", listener.local_addr().unwrap())
}

/// Returns the URL of a server that answers with a line that is not HTTP.
fn url_without_http() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"garbage\r\n\r\n");
        }
    });
    url
}

#[test]
fn the_readme_shows_the_output_of_its_case() {
    let commands = blocks("README", "sh");
    let mut lines = commands.iter().flat_map(|block| block.lines());
    let case = lines.find(|line| line.starts_with('{')).unwrap();
    ran(&["run"], case).expect(0, &blocks("README", "json")[0], "");
}

/// In the README, `…` stands for lines that are not shown.
#[test]
fn the_readme_shows_the_explanation_of_a_console_line() {
    let commands = blocks("README", "sh");
    let line = commands
        .iter()
        .find_map(|command| {
            command
                .strip_prefix("fetch-cors explain \"")?
                .strip_suffix("\"\n")
        })
        .unwrap();
    let printed = ran(&["explain", line], "").out;
    let outputs = blocks("README", "text");
    let output = outputs
        .iter()
        .find(|output| output.starts_with("Chromium: "))
        .unwrap();
    let mut rest = &*printed;
    for part in output.split("…\n").filter(|part| !part.is_empty()) {
        let (_, after) = rest.split_once(part).expect(part);
        rest = after;
    }
}

/// The README has the first lines of the last output of the guide page about errors.
#[test]
fn the_readme_shows_a_policy_that_is_checked_against_a_recording() {
    let outputs = blocks("explaining_errors", "text");
    let checked = outputs.last().unwrap();
    let (denied, _) = checked.split_once("1 request: ").unwrap();
    assert!(
        blocks("README", "text").contains(&denied.into()),
        "{denied}"
    );
}

#[test]
fn the_readme_shows_the_log_of_a_denial() {
    let policy = policy();
    let names = [
        ("origin", "https://app.example"),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "content-type"),
    ];
    let line = |(name, value)| {
        (
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    let preflight: HeaderMap = names.map(line).into_iter().collect();
    let decision = policy.decide(&Method::OPTIONS, &preflight);
    let logged = format!("/notes: {}\n", decision.describe());
    assert!(
        blocks("README", "text")
            .iter()
            .any(|block| block.starts_with(&logged)),
        "{logged}"
    );
}

/// `…` at the end of the shown output stands for lines that are not shown.
#[cfg(unix)]
#[test]
fn explanations_are_shown_as_the_program_prints_them() {
    let commands = blocks("explaining_errors", "sh");
    let outputs = blocks("explaining_errors", "text");
    assert_eq!(commands.len(), outputs.len());
    for (number, (script, output)) in commands.iter().zip(&outputs).enumerate() {
        let folder = file(&format!("explaining-{number}.sh"), script);
        let folder = Path::new(&folder).parent().unwrap();
        let script = format!("cd {}\n{script}", folder.display());
        let ran = run_script("sh", &file(&format!("explaining-{number}.sh"), script), "");
        assert_eq!((ran.status, &*ran.err), (0, ""));
        match output.strip_suffix("…\n") {
            Some(start) => assert!(ran.out.starts_with(start), "{}", ran.out),
            None => assert_eq!(ran.out, *output),
        }
    }
}

#[test]
fn python_gets_verdicts() {
    if !has_interpreter("python3") {
        return;
    }
    let page = "oracle_from_python";
    let (url, unused, garbage) = (serve(policy()), unused_url(), url_without_http());
    let oracle = file("oracle.py", &blocks(page, "python")[0]);
    assert_shown_output(page, run_script("python3", &oracle, ""));
    let mut script = session_script(page, "python");
    script += &format!(
        "\nputs = [judge({{'origin': 'https://app.example', 'url': '{url}', 'method': 'PUT'}}) for _ in range(2)]\
         \nassert puts[0] == puts[1] and puts[0]['type'] == 'cors', puts\
         \nassert judge({{'origin': 'https://app.example', 'url': '{garbage}'}})['failure'] == 'network-error'\
         \n# The server does not speak TLS.\
         \nassert judge({{'origin': 'https://app.example', 'url': '{url}'.replace('http:', 'https:')}})['failure'] == 'network-error'\
         \ntry:\
         \n    judge({{'url': '{url}'}})\
         \nexcept AssertionError as error:\
         \n    assert 'the member `origin` is missing' in str(error), error\
         \nelse:\
         \n    raise Exception('a malformed line has a result')\
         \nassert say({{'open': {{'origin': 'https://app.example', 'url': '{url}', 'method': 'PUT'}}}})['send']['method'] == 'PUT'\
         \nassert say({{'reset': True}}) == {{'reset': True}}\
         \nfor method, url in [('PUT', '{url}'), ('DELETE', '{url}'), ('GET', '{unused}')]:\
         \n    print(json.dumps(judge({{'origin': 'https://app.example', 'url': url, 'method': method}})))\n"
    );
    assert_results(&run_script("python3", &file("session.py", script), ""));
}

#[test]
fn node_gets_verdicts() {
    if !has_interpreter("node") {
        return;
    }
    let page = "oracle_from_node";
    let (url, unused, garbage) = (serve(policy()), unused_url(), url_without_http());
    let oracle = &blocks(page, "js")[0];
    // Without the last line, Node does not exit.
    assert!(oracle.ends_with("\noracle.stdin.end();\n"), "{oracle}");
    assert_shown_output(page, run_script("node", &file("oracle.mjs", oracle), ""));
    let script = session_script(page, "js");
    let end = "session.stdin.end();\n";
    let mut script = String::from(script.strip_suffix(end).unwrap());
    script += &format!(
        "const failed = await judge({{ origin: 'https://app.example', url: '{garbage}' }});\
         \nif (failed.failure !== 'network-error') throw new Error(JSON.stringify(failed));\
         \nconst malformed = await judge({{ url: '{url}' }}).catch((error) => error.message);\
         \nif (!malformed.includes('the member `origin` is missing')) throw new Error(malformed);\
         \nfor (const [method, url] of [['PUT', '{url}'], ['DELETE', '{url}'], ['GET', '{unused}']]) {{\
         \n  console.log(JSON.stringify(await judge({{ origin: 'https://app.example', url, method }})));\
         \n}}\
         \n{end}"
    );
    assert_results(&run_script("node", &file("session.mjs", script), ""));
}

const SENDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/guide/send.py");

/// Starts the script `send.py`, feeds it the requests, and returns the finished script.
fn send(arguments: &[&str], requests: impl Into<Vec<u8>>) -> Ran {
    feed(
        Command::new("python3").arg(SENDER).args(arguments),
        requests,
    )
}

/// Returns the policy of the page about testing: as a file, and as a policy.
fn tested_policy() -> (String, CorsPolicy) {
    let policy = &blocks("testing_your_middleware", "json")[0];
    let parsed: PolicyFile = serde_json::from_str(policy).unwrap();
    (
        file("guide-policy.json", policy),
        parsed.validate(&PublicSuffixList).unwrap(),
    )
}

#[test]
fn python_sends_probes() {
    if !has_interpreter("python3") {
        return;
    }
    let (policy_file, served) = tested_policy();
    let judged = |sender: &[&str], path: &'static str, served: CorsPolicy| {
        let url = serve_at(path, served);
        let arguments = ["--policy", &policy_file, "--url", &url];
        let probes = ran(
            &[&["probe", "--unsafe-methods"], &arguments[..]].concat(),
            "",
        );
        let exchanges = send(sender, probes.out);
        feed(
            &mut command(&[&["judge", "--json"], &arguments[..]].concat()),
            exchanges.out,
        )
    };
    let puts_are_checked = |counts: &serde_json::Value| {
        let unchecked = counts["not_checked"].as_array().unwrap();
        let mut unchecked = unchecked.iter().map(|part| part.as_str().unwrap());
        !unchecked.any(|part| part.contains("the method `PUT`"))
    };
    for (arguments, path, checks_puts) in [
        (&[][..], "/notes", true),
        (&[], "/json", false),
        (&["--body", "{}", "--parallel", "2"], "/json", true),
    ] {
        let well = judged(arguments, path, served.clone());
        assert_eq!((well.status, &*well.err), (0, ""), "{}", well.out);
        let counts = well.json();
        assert!(
            counts.len() == 1 && counts[0]["fetches"].as_u64() > Some(20),
            "{}",
            well.out
        );
        assert_eq!(puts_are_checked(&counts[0]), checks_puts, "{}", well.out);
    }

    let any_origin = judged(
        &[],
        "/notes",
        CorsPolicy::builder().any_origin().build().unwrap(),
    );
    assert_eq!((any_origin.status, &*any_origin.err), (1, ""));
    assert_eq!(any_origin.json()[0]["severity"], "security");
}

/// Starts a server that records the lines of one request. Returns the URL of the server, and the thread with the lines.
fn recording_server() -> (String, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/notes?a=b", listener.local_addr().unwrap());
    let lines = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let lines = BufReader::new(stream.try_clone().unwrap()).split(b'\n');
        let lines =
            lines.map(|line| String::from_utf8_lossy(line.unwrap().trim_ascii()).into_owned());
        let lines = lines.take_while(|line| !line.is_empty());
        let lines = lines.collect();
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            .unwrap();
        lines
    });
    (url, lines)
}

/// `send.py` adds headers to every request except OPTIONS. The request has one `Cookie` line, and each cookie is added
/// to this line.
#[test]
fn python_sends_the_credentials_of_a_user() {
    if !has_interpreter("python3") {
        return;
    }
    let all_lines = |method: &str, options: &[&str]| {
        let (url, lines) = recording_server();
        let headers = json!([
            ["cookie", "fetch-cors=1"],
            ["authorization", "Basic YTpi"],
            ["x-a", "é"],
        ]);
        let request = json!({"id": "a/1", "method": method, "url": url, "headers": headers});
        let ran = send(options, format!("{request}\n"));
        assert_eq!((ran.status, &*ran.err), (0, ""));
        let [exchange] = &*ran.json() else {
            panic!("one exchange: {}", ran.out);
        };
        assert_eq!(
            (&exchange["request"], &exchange["response"]["status"]),
            (&request, &json!(200))
        );
        let lines = lines.join().unwrap();
        assert_eq!(lines[0], format!("{method} /notes?a=b HTTP/1.1"));
        lines
    };
    let user_agents = |method: &str, options: &[&str]| {
        let lines = all_lines(method, options).into_iter();
        let lines = lines.filter(|line| line.starts_with("user-agent:"));
        lines.collect::<Vec<String>>()
    };
    let sent = |method: &str, options: &[&str]| {
        let lines = all_lines(method, options).into_iter().filter(|line| {
            [
                "cookie:",
                "authorization:",
                "content-type:",
                "content-length:",
            ]
            .iter()
            .any(|name| line.starts_with(name))
        });
        lines.collect::<Vec<String>>()
    };
    let login = [
        "--header",
        "Cookie: a=1",
        "--header",
        "cookie:b=2",
        "--header",
        "Authorization: Bearer 1",
    ];
    let with_login = ["cookie: fetch-cors=1; a=1; b=2", "authorization: Bearer 1"];
    let without = ["cookie: fetch-cors=1", "authorization: Basic YTpi"];
    assert_eq!(sent("GET", &login), with_login);
    assert_eq!(sent("OPTIONS", &login), without);
    // Firewalls refuse requests without a user agent. A browser sends one with preflights too.
    for method in ["GET", "OPTIONS"] {
        assert_eq!(user_agents(method, &login), ["user-agent: Mozilla/5.0"]);
        let given = ["--header", "User-Agent: test"];
        assert_eq!(user_agents(method, &given), ["user-agent: test"]);
    }
    let body = ["--body", "{}"];
    assert_eq!(sent("GET", &body), without);
    let json = [
        &without[..],
        &["content-type: application/json", "content-length: 2"],
    ]
    .concat();
    assert_eq!(sent("PUT", &body), json);
    let text = [
        &without[..],
        &["content-type: text/plain", "content-length: 2"],
    ]
    .concat();
    let body = [&body[..], &["--header", "content-type: text/plain"]].concat();
    assert_eq!(sent("POST", &body), text);

    let refused = send(&["--header", "cookie"], "");
    assert_eq!(refused.status, 2);
    assert!(
        refused
            .err
            .contains("`cookie` is not a header: write `NAME: VALUE`"),
        "{}",
        refused.err
    );
}

/// A request without a response has a line with an error, and the script prints the reason once.
/// Returns the URL of a server whose responses are streams that never end.
fn url_of_streams() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut streams = Vec::new();
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(
                b"HTTP/1.1 200 OK\r\naccess-control-allow-origin: *\r\ncontent-type: text/event-stream\r\n\r\ndata: a\n\n",
            );
            streams.push(stream);
        }
    });
    url
}

#[test]
fn python_records_the_headers_of_a_stream() {
    if !has_interpreter("python3") {
        return;
    }
    let request = json!({"id": "a/1", "method": "GET", "url": url_of_streams(), "headers": []});
    let ran = send(&[], format!("{request}\n"));
    assert_eq!((ran.status, &*ran.err), (0, ""));
    let response = &ran.json()[0]["response"];
    assert_eq!(response["status"], 200);
    let headers = response["headers"].as_array().unwrap();
    assert!(headers.contains(&json!(["access-control-allow-origin", "*"])));
}

#[test]
fn python_reports_requests_without_a_response() {
    if !has_interpreter("python3") {
        return;
    }
    // This server accepts connections, and never answers.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("http://{}/", listener.local_addr().unwrap());
    for (url, error, reason) in [
        (
            unused_url(),
            "network",
            "refuses connections: is the server running at this port?",
        ),
        (
            "http://unknown.invalid/".to_owned(),
            "network",
            "is unknown: is the URL right?",
        ),
        (
            url_without_http().replace("http:", "https:"),
            "network",
            "is `https:` right at this port?",
        ),
        (
            url_without_http(),
            "network",
            "does not answer with HTTP/1.1: is `http:` right at this port?",
        ),
        (
            silent,
            "timeout",
            "does not answer within 10 seconds: is it overloaded, or behind a firewall?",
        ),
    ] {
        let request = |id: &str| json!({"id": id, "method": "GET", "url": url, "headers": []});
        let ran = send(
            &["--parallel", "2"],
            format!("{}\n{}\n", request("a/1"), request("a/2")),
        );
        assert_eq!(ran.status, 0, "{}", ran.err);
        let exchanges = ran.json();
        assert_eq!(exchanges.len(), 2);
        for exchange in exchanges {
            assert_eq!(exchange["response"], json!({"error": error}));
        }
        assert!(ran.err.starts_with("send.py: `a/"), "{}", ran.err);
        assert!(ran.err.trim_end().ends_with(reason), "{}", ran.err);
        assert_eq!(ran.err.lines().count(), 1, "{}", ran.err);
    }
}

/// `send.py` reads requests with a byte order mark, CRLF and blank lines. Other input gets an error of one line.
#[test]
fn python_reports_input_that_is_not_a_request() {
    if !has_interpreter("python3") {
        return;
    }
    let (url, _lines) = recording_server();
    let request = json!({"id": "a/1", "method": "GET", "url": url, "headers": []});
    let ran = send(&[], format!("\u{feff}{request}\r\n\r\n\n"));
    assert_eq!((ran.status, &*ran.err), (0, ""));
    let [exchange] = &*ran.json() else {
        panic!("one exchange: {}", ran.out);
    };
    assert_eq!(exchange["request"], request);
    let exchange = format!("{exchange}\n");
    for input in ["not JSON", "[]", "{}", "1", "\u{1}", &exchange] {
        let refused = send(&[], format!("\n{input}\n"));
        assert_eq!((refused.status, &*refused.out), (1, ""), "{input}");
        let error = "send.py: line 2 is not a request in UTF-8: give the script the output of `fetch-cors probe`";
        assert_eq!(refused.err.trim_end(), error, "{input}");
    }
    let refused = send(&["--parallel", "0"], "");
    assert_eq!(refused.status, 2);
    assert!(
        refused
            .err
            .contains("argument --parallel: expected a whole number from 1 to 64"),
        "{}",
        refused.err
    );
}

/// The script for CI on the page about testing. The server of the test runs before the script starts.
#[cfg(unix)]
#[test]
fn the_script_for_ci_checks_each_url() {
    if !has_interpreter("python3") || !has_interpreter("curl") {
        return;
    }
    let page = "testing_your_middleware";
    let (policy_file, served) = tested_policy();
    let folder = Path::new(&policy_file).parent().unwrap().display();
    let script = blocks(page, "sh").pop().unwrap();
    let ran = |served: CorsPolicy, known: &str| {
        let url = serve_at("", served);
        let known = file("guide-known.txt", known);
        let mut changed = format!("cd {folder}\n{script}");
        for (shown, of_test) in [
            ("http://127.0.0.1:8000", &*url),
            ("python3 app.py", "sleep 600"),
            ("$TEST_SESSION", "1"),
            (" policy.json", " guide-policy.json"),
            ("send.py", SENDER),
            ("known$path.txt", &*known),
        ] {
            assert!(changed.contains(shown), "{shown}");
            changed = changed.replace(shown, of_test);
        }
        run_script("sh", &file("guide-ci.sh", changed), "")
    };
    let well = ran(served, "");
    assert_eq!((well.status, &*well.err), (0, ""), "{}", well.out);
    assert_eq!(well.out.matches("no violations").count(), 2, "{}", well.out);
    let any_origin = CorsPolicy::builder().any_origin().build().unwrap();
    let failed = ran(any_origin.clone(), "");
    assert_eq!((failed.status, &*failed.err), (1, ""), "{}", failed.out);
    let login = "-H 'cookie: session=1' http";
    assert!(failed.out.contains(login), "{}", failed.out);
    // The end of each report has the lines that accept its findings.
    let lines = failed.out.lines().map(str::trim_start);
    let lines: BTreeSet<&str> = lines.filter(|line| line.ends_with(" our reason")).collect();
    assert!(!lines.is_empty(), "{}", failed.out);
    let known = lines
        .into_iter()
        .fold(String::new(), |known, line| known + line + "\n");
    let accepted = ran(any_origin, &known);
    assert_eq!(accepted.status, 0, "{known}\n{}", accepted.out);
}
