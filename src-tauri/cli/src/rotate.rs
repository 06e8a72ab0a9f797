//! `dtx rotate`: leads through the rotation of a connection's key and secret, from the step where it is. What a person says
//! at a terminal, a script says with `--say`.

mod steps;

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{CheckId, CheckState, Failure, Finding, RotationMove, RotationStep, RotationView},
    },
    explain::{self, Code},
    secret::Secret,
};

use crate::{
    arguments::{Rotate, SignIn},
    connect, connections, end,
    follow::{self, Follower},
    output, session, terminal,
    text::Page,
};

pub(crate) async fn rotate(command: Rotate) -> Result<u8, Failure> {
    let Rotate { name, exposed, say, sign_in } = command;
    let pair = pair(&sign_in).await?;
    let client = session::open().await?;
    let is_led = terminal::is_present() && !sign_in.json.json && say.is_none() && pair.is_none();
    if is_led {
        let view = session::call(&client, intent::Rotate { name, exposed }).await?;
        return steps::lead(&client, &sign_in, view).await;
    }
    let mut view = match say {
        Some(said) => ask(&client, intent::RotateOn { name, what: said.into() }).await?,
        None => Some(session::call(&client, intent::Rotate { name, exposed }).await?),
    };
    if let Some((key, secret)) = pair
        && let Some(RotationView { alias: name, .. }) = view
    {
        view = ask(&client, intent::RotatePaste { name, key, secret }).await?;
    }
    let Some(view) = view else { return Ok(end::ASKED) };
    go_on(&client, &sign_in, view, say.is_none()).await
}

/// Goes on by itself as far as no person is needed, and tells where that is. `without_words`: nothing was said with `--say`, so a
/// sign-in may begin.
async fn go_on(
    client: &Client,
    sign_in: &SignIn,
    mut view: RotationView,
    without_words: bool,
) -> Result<u8, Failure> {
    let name = view.alias.clone();
    if view.step == RotationStep::Prove {
        let proved = ask(client, intent::RotateOn { name: name.clone(), what: RotationMove::Prove }).await?;
        let Some(proved) = proved else { return Ok(end::ASKED) };
        view = proved;
    }
    if view.step == RotationStep::SignIn && without_words {
        let options = follow::options(sign_in)?;
        let request = intent::RotateSignIn { name: name.clone(), options };
        let code = Follower::new(client, sign_in).start(request).await?;
        if code != 0 {
            return Ok(code);
        }
        view = session::call(client, intent::Rotate { name: name.clone(), exposed: false }).await?;
    }
    if view.step == RotationStep::EndFormer && view.former.is_none() {
        let looked = ask(client, intent::RotateOn { name, what: RotationMove::Look }).await?;
        let Some(looked) = looked else { return Ok(end::ASKED) };
        view = looked;
    }
    let code = if view.step == RotationStep::Prove { exit_code(&view.findings) } else { 0 };
    tell(view, sign_in.json.json)?;
    Ok(code)
}

/// Carries out a request that must not be cut off, and returns `None` where somebody asked to end meanwhile.
async fn ask<R>(client: &Client, request: R) -> Result<Option<R::Reply>, Failure>
where
    R: connect_agent::Ask,
{
    session::to_its_end(session::call(client, request)).await
}

/// Key and secret as the command gives them: both, or neither.
async fn pair(sign_in: &SignIn) -> Result<Option<(Secret, Secret)>, Failure> {
    match connect::pair(sign_in, true).await? {
        (Some(key), Some(secret)) => Ok(Some((key, secret))),
        (None, None) => Ok(None),
        (None, Some(_)) => Err(terminal::missing("Consumer Key (--key)")),
        (Some(_), None) => Err(terminal::missing("Consumer Secret (--secret-stdin)")),
    }
}

fn tell(mut view: RotationView, json: bool) -> Result<(), Failure> {
    if json {
        // As in a check's JSON: the fixes hold those lines already.
        view.findings.iter_mut().for_each(|finding| finding.exact.clear());
        return output::json(&view);
    }
    let page = Page::of_results();
    output::line(&page.wrapped("", &format!("{}: {}.", view.alias, view.title)));
    for finding in told(&view.findings) {
        output::line(&page.wrapped(&connections::finding_head(finding), &finding.message));
        finding.fix.iter().for_each(|fix| output::line(&page.in_lines("         - ", fix)));
    }
    for sentence in &view.says {
        output::line(&page.wrapped("  ", sentence));
    }
    if let Some(link) = &view.setup {
        output::line(&page.wrapped("  ", &output::way_into_setup(link)));
    }
    for line in next(&view) {
        output::hint(&page.wrapped("", &line));
    }
    Ok(())
}

/// What can be typed to go on from here, each with what it means.
fn next(view: &RotationView) -> Vec<String> {
    let name = explain::typed(&view.alias);
    let by_itself = format!("dtx rotate {name}");
    let saying = |word: &str| format!("dtx rotate {name} --say {word}");
    let lines = match view.step {
        RotationStep::Agree => vec![(view.does.as_str(), saying("agree"))],
        RotationStep::EndSignIn => vec![
            (view.does.as_str(), saying("end-sign-in")),
            ("Go on without ending it", saying("keep-sign-in")),
        ],
        RotationStep::Stage => vec![(view.does.as_str(), saying("staged"))],
        RotationStep::Paste => vec![("Paste it", format!("{by_itself} --key KEY --secret-stdin"))],
        RotationStep::Rotate => vec![(view.does.as_str(), saying("rotated"))],
        RotationStep::Prove | RotationStep::SignIn => vec![(view.does.as_str(), by_itself.clone())],
        RotationStep::HandOver => vec![(view.does.as_str(), saying("handed-over"))],
        RotationStep::EndFormer if view.waits => vec![(view.does.as_str(), saying("look"))],
        RotationStep::EndFormer => {
            vec![(view.does.as_str(), saying("finish")), ("Ask the org again", saying("look"))]
        }
        RotationStep::Finished | RotationStep::TakenBack => return Vec::new(),
    };
    let mut lines: Vec<String> = lines.into_iter().map(|(does, typed)| format!("{does}: {typed}")).collect();
    if let Some(offer) = &view.by_rest {
        lines.push(format!("{}: {}", offer.does, saying("by-rest")));
        lines.extend(offer.says.iter().map(|sentence| format!("  {sentence}")));
    }
    lines.push(format!("Take it back: {}", saying("take-back")));
    lines
}

/// The findings that say something.
fn told(findings: &[Finding]) -> impl Iterator<Item = &Finding> {
    findings.iter().filter(|finding| finding.state != CheckState::Skip)
}

/// The exit code where the org did not take the new pair.
fn exit_code(findings: &[Finding]) -> u8 {
    let speaks = |finding: &&Finding| {
        let is_about_pair = matches!(finding.id, CheckId::Key | CheckId::Secret);
        let is_about_way = matches!(finding.id, CheckId::Address | CheckId::Tls);
        is_about_pair && matches!(finding.state, CheckState::Fail | CheckState::Warn)
            || is_about_way && finding.state != CheckState::Pass
    };
    let codes = findings.iter().filter(speaks).filter_map(|finding| finding.code);
    codes.map(Code::exit).max().unwrap_or(Code::KeyUnknown.exit())
}
