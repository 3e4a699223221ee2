//! Calls a service: bare, with our layer, with tower-http's layer, and with actix-cors.

use std::convert::Infallible;

use actix_web::dev::{Service as ActixService, ServiceRequest};
use criterion::{BatchSize, BenchmarkGroup, Criterion, measurement::WallTime};
use fetch_cors::http::Response;
use fetch_cors_benches::{
    policies::{self, MANY},
    services::{self, Bare, TestRequest},
};
use tower::Service;

pub fn bench(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("server_service");
    let [first, last, unlisted] = [0, MANY - 1, MANY].map(policies::origin);
    let get = |origin| policies::get(&policies::request_from(origin));
    let preflight = policies::options(&policies::preflight_from(&first));
    for (name, origins, request) in [
        ("one_origin", 1, get(&first)),
        ("preflight", 1, preflight),
        ("100000_origins/not_listed", MANY, get(&unlisted)),
        ("100000_origins/last_listed", MANY, get(&last)),
    ] {
        tower(&mut group, format!("{name}/bare"), Bare, &request);
        tower(
            &mut group,
            format!("{name}/ours"),
            services::ours(origins),
            &request,
        );
        tower(
            &mut group,
            format!("{name}/tower_http"),
            services::tower_http(origins),
            &request,
        );
        if origins == 1 {
            actix(
                &mut group,
                format!("{name}/actix_bare"),
                &services::actix_bare(),
                &request,
            );
            actix(
                &mut group,
                format!("{name}/actix_cors"),
                &services::actix_cors(origins),
                &request,
            );
        }
    }
    group.finish();
}

fn tower<S>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: String,
    mut service: S,
    request: &TestRequest,
) where
    S: Service<TestRequest, Response = Response<String>, Error = Infallible>,
{
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            || request.clone(),
            |request| services::answer(&mut service, request),
            BatchSize::SmallInput,
        );
    });
}

fn actix(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: String,
    service: &impl ActixService<ServiceRequest>,
    request: &TestRequest,
) {
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            || services::actix_request(request),
            |request| services::actix_answer(service, request),
            BatchSize::SmallInput,
        );
    });
}
