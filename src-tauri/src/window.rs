//! The one window, and the places it may show.

use std::path::PathBuf;

use connect_agent::Unread;
use connect_core::{
    contract::view::{Forward, Notice, Snapshot},
    platform::{home::Home, settings::Theme},
};
use tauri::{
    AppHandle, Emitter, Manager, RunEvent, WebviewWindowBuilder, WindowEvent, webview::NewWindowResponse,
};

use crate::{
    agent::{self, AgentState, Tell},
    arguments::{self, Called},
    closing::Closing,
    commands,
    drawing::Start,
    events::{AGENT_STATE, CLOSING, Event, NOTICE, PLACE, Tells, UnreadNotice},
    frame,
    help::Help,
    platform::{links, toolkit, web_view},
    practice::PracticeOrg,
    remembered::{Frame, Remembered},
    single_instance::{self, Instance},
    trouble::Trouble,
    watchdog::Watchdog,
};

/// The one window's name in `tauri.conf.json`.
const LABEL: &str = "main";

/// All that the page may call.
fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        commands::about,
        commands::admin_requests,
        commands::answer,
        commands::ask_admin,
        commands::audit_callbacks,
        commands::reach,
        commands::beginning,
        commands::bring_back,
        commands::cancel,
        commands::check,
        commands::check_app,
        commands::close_window,
        commands::closing_told,
        commands::connect,
        commands::consent,
        commands::copy_key,
        commands::copy_secret,
        commands::disconnect,
        commands::end_former_key,
        commands::examine,
        commands::explain,
        commands::export_diagnostics,
        commands::forget_set_aside,
        commands::settle_here,
        commands::go_to,
        commands::group,
        commands::guide,
        commands::hand_out,
        commands::keep_on_top,
        commands::known_orgs,
        commands::licences,
        commands::open_answer,
        commands::open_exported,
        commands::open_logs,
        commands::browsers,
        commands::set_browser,
        commands::open_org,
        commands::open_portal,
        commands::open_setup,
        commands::open_sign_in,
        commands::paste_back,
        commands::practice,
        commands::protect,
        commands::quit,
        commands::ready,
        commands::reconnect,
        commands::remember,
        commands::remember_appearance,
        commands::remove_setup,
        commands::rename,
        commands::restore_setup,
        commands::rotate,
        commands::rotate_on,
        commands::rotate_paste,
        commands::rotate_sign_in,
        commands::save_request,
        commands::set,
        commands::set_up,
        commands::settings,
        commands::show,
        commands::snapshot,
        commands::agent_state,
        commands::start_again,
        commands::start_over,
        commands::start_practice,
        commands::step_done,
        commands::stop_practice,
        commands::understand,
        commands::unlock,
        commands::validate,
        commands::vault,
        commands::withdraw_request,
        commands::write_app_files,
    ]
}

/// Shows the window and returns when it was closed; at once when an open one came to the front instead.
pub(crate) fn show(called: Called) -> Result<(), Trouble> {
    let home = Home::from_environment()?;
    let program = agent::program_beside(&std::env::current_exe()?);
    let instance = tauri::async_runtime::block_on(single_instance::take(&home, &program, called))?;
    let Instance::Ours { held, place } = instance else { return Ok(()) };
    toolkit::prepare()?;
    web_view::prepare()?;
    let remembered = Remembered::of(&home, place);
    let watchdog = Watchdog::of(Start::of(&home));
    let (folder, own_home) = (home.web_view(), home.clone());
    let asked_for_help = Help::new(&home, &program);
    let practice = PracticeOrg::of(&program);
    let closing = Closing::default();
    let (agent, supervisor) = agent::agent(home, program);
    let app = web_view::listening(tauri::Builder::default())
        .manage(agent)
        .manage(asked_for_help)
        .manage(remembered.clone())
        .manage(watchdog.clone())
        .manage(practice)
        .manage(closing.clone())
        .invoke_handler(handler())
        .setup(move |app| open(app.handle(), folder))
        .build(tauri::generate_context!())?;
    watchdog.watch(app.handle(), remembered.clone());
    tauri::async_runtime::spawn(supervisor.run(Page(app.handle().clone())));
    tauri::async_runtime::spawn(remembered.clone().write_changes());
    let mut held = Some(held);
    app.run(move |app, event| {
        if let Some(links) = links::told(&event) {
            follow(app, own_home.clone(), arguments::read(links.into_iter()));
        }
        let RunEvent::WindowEvent { event, .. } = event else { return };
        if matches!(event, WindowEvent::Resized(_) | WindowEvent::Moved(_))
            && let Some(frame) = frame_of(app)
        {
            remembered.remember_frame(frame);
        }
        if let WindowEvent::CloseRequested { api, .. } = event {
            remembered.write();
            if closing.asks(&remembered, &watchdog) {
                api.prevent_close();
                Page(app.clone()).emit(&CLOSING, &());
                return;
            }
            // A start from now on gets a new window instead of this closing one.
            drop(held.take());
        }
    });
    Ok(())
}

/// Brings the window to the place that it was called to while it is open.
fn follow(app: &AppHandle, home: Home, called: Called) {
    let page = Page(app.clone());
    tauri::async_runtime::spawn(async move {
        let place = single_instance::place_of(&home, called).await.unwrap_or_else(|failure| {
            tracing::warn!(code = ?failure.code, "a link could not be handed on");
            None
        });
        page.come_forward(&Forward { place, activation_token: None });
    });
}

/// The window's position and size; `None` while the toolkit does not know.
fn frame_of(app: &AppHandle) -> Option<Frame> {
    let window = app.get_webview_window(LABEL)?;
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    let at = window.outer_position().ok().map(|at| at.to_logical::<f64>(scale)).map(|at| (at.x, at.y));
    Some(Frame { width: size.width, height: size.height, at, maximized: window.is_maximized().ok()? })
}

/// The web view keeps its own files (caches, settings) in `web_view`; by default it would use a folder that our
/// variables do not move.
fn open(app: &AppHandle, web_view: PathBuf) -> Result<(), Trouble> {
    let config = app.config().app.windows.first().ok_or("the configuration names no window")?;
    let remembered = app.state::<Remembered>();
    let begins = frame::begin(app, remembered.frame(), (config.width, config.height));
    links::keep(app);
    let mut builder =
        web_view::before_the_page(WebviewWindowBuilder::from_config(app, config)?, remembered.theme())
            .theme(theme(remembered.theme()))
            .data_directory(web_view)
            .inner_size(begins.width, begins.height)
            .maximized(begins.maximized);
    // A centred window would ignore its position.
    builder = match begins.at {
        Some((x, y)) => builder.position(x, y),
        None => builder.center(),
    };
    let window = builder
        .on_navigation(web_view::is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // The page knows which org it shows; its title says PRODUCTION or PRACTICE.
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::warn!(%error, "the window's title stays as it was");
            }
        })
        .build()?;
    let watchdog = app.state::<Watchdog>().inner().clone();
    web_view::when_the_page_is_gone(&window, move || watchdog.page_is_gone())?;
    Ok(())
}

fn theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// The page, as the receiver of news.
struct Page(AppHandle);

impl Tell for Page {
    fn notice(&self, notice: &Notice) {
        if let Notice::Settings(view) = notice
            && let Some(window) = self.0.get_webview_window(LABEL)
            && let Err(error) = window.set_theme(theme(view.settings.theme))
        {
            tracing::warn!(%error, "the window's frame keeps its theme");
        }
        self.emit(&NOTICE, notice);
    }

    fn snapshot(&self, snapshot: &Unread<Snapshot>) {
        self.emit(&NOTICE, &UnreadNotice::of(snapshot));
    }

    fn agent_state(&self, state: &AgentState) {
        self.emit(&AGENT_STATE, state);
    }

    fn come_forward(&self, forward: &Forward) {
        if let Some(place) = &forward.place {
            // A page that is still loading begins there.
            self.0.state::<Remembered>().place(place.clone());
            self.emit(&PLACE, place);
        }
        let (app, token) = (self.0.clone(), forward.activation_token.clone());
        let shown = self.0.run_on_main_thread(move || raise(&app, token.as_deref()));
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not come forward");
        }
    }

    fn close(&self) {
        // Closed as a person would: its state is written first. Who quits is not asked.
        self.0.state::<Closing>().is_settled();
        if let Some(window) = self.0.get_webview_window(LABEL)
            && let Err(error) = window.close()
        {
            tracing::warn!(%error, "the window stays open");
        }
    }
}

impl Page {
    fn emit<T>(&self, event: &Event<T>, told: &impl Tells<T>) {
        if let Err(error) = self.0.emit(event.name, told) {
            tracing::warn!(%error, event = event.name, "the page was not told");
        }
    }
}

/// Brings the window to the front, as far as the desktop permits.
fn raise(app: &AppHandle, token: Option<&str>) {
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let result = window.unminimize().and_then(|()| window.show()).and_then(|()| {
        toolkit::bring_forward(&window, token)?;
        window.set_focus()
    });
    if let Err(error) = result {
        tracing::warn!(%error, "the window could not come forward");
    }
}
