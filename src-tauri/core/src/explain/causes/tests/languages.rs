//! Texts of calls are in the user's language: they decide nothing.

use super::*;
use crate::{explain::api_error, paste};

/// A status, an `errorCode`, and what is said with it in English, German, French, Spanish and Japanese: by sense, since
/// only the code may count.
const CALLS: [(u16, &str, [&str; 5]); 9] = [
    (
        401,
        "INVALID_SESSION_ID",
        [
            "Session expired or invalid",
            "Sitzung abgelaufen oder ungültig",
            "Session expirée ou non valide",
            "La sesión caducó o no es válida",
            "セッションの有効期限が切れているか、無効です",
        ],
    ),
    (
        401,
        "INVALID_AUTH_HEADER",
        [
            "INVALID_HEADER_TYPE",
            "Ungültiger Header",
            "En-tête non valide",
            "Encabezado no válido",
            "ヘッダーが無効です",
        ],
    ),
    (
        403,
        "API_DISABLED_FOR_ORG",
        [
            "The REST API is not enabled for this Organization.",
            "Die API ist für diese Organisation nicht aktiviert",
            "L'API n'est pas activée pour cette organisation",
            "La API no está habilitada para esta organización",
            "この組織では API が有効になっていません",
        ],
    ),
    (
        403,
        "REQUEST_LIMIT_EXCEEDED",
        [
            "TotalRequests Limit exceeded.",
            "Grenzwert für TotalRequests überschritten",
            "Limite TotalRequests dépassée",
            "Se superó el límite de TotalRequests",
            "TotalRequests の制限を超えました",
        ],
    ),
    (
        403,
        "INSUFFICIENT_ACCESS_OR_READONLY",
        [
            "insufficient access rights on object id",
            "Unzureichende Zugriffsrechte",
            "Droits d'accès insuffisants",
            "Derechos de acceso insuficientes",
            "アクセス権限が不十分です",
        ],
    ),
    (
        400,
        "INVALID_TYPE",
        [
            "sObject type 'X' is not supported.",
            "sObject-Typ 'X' wird nicht unterstützt",
            "Le type sObject 'X' n'est pas pris en charge",
            "El tipo de sObject 'X' no es compatible",
            "sObject 型 'X' はサポートされていません",
        ],
    ),
    (
        404,
        "NOT_FOUND",
        [
            "The requested resource does not exist",
            "Die Ressource existiert nicht",
            "La ressource n'existe pas",
            "El recurso no existe",
            "要求されたリソースは存在しません",
        ],
    ),
    (
        404,
        "URL_NOT_RESET",
        [
            "Destination URL not reset. The URL returned from login must be set",
            "Ziel-URL nicht zurückgesetzt",
            "URL de destination non réinitialisée",
            "URL de destino no restablecida",
            "送信先 URL がリセットされていません",
        ],
    ),
    (
        503,
        "SERVER_UNAVAILABLE",
        [
            "Server temporarily unavailable",
            "Server vorübergehend nicht verfügbar",
            "Serveur indisponible",
            "Servidor no disponible",
            "サーバーを使用できません",
        ],
    ),
];

#[test]
fn a_call_has_one_cause_in_every_language() {
    for (status, code, texts) in CALLS {
        let meant = api_error(status, code);
        let mut told = BTreeSet::new();
        for text in texts {
            assert_eq!(api_error(status, code), meant, "{code} is decided by status and code");
            let body = format!("[{{\"message\":\"{text}\",\"errorCode\":\"{code}\"}}]");
            let xml = format!(
                "<Errors><Error><errorCode>{code}</errorCode><message>{text}</message></Error></Errors>"
            );
            for pasted in [body, xml] {
                let causes = paste::explain(&pasted, paste::LONGEST).causes;
                assert_eq!(causes.len(), 1, "{pasted}: {causes:?}");
                told.insert((causes[0].cause.clone(), causes[0].message.clone(), causes[0].fix.join(" ")));
            }
        }
        assert_eq!(told.len(), 1, "{code} is told alike in all: {told:?}");
    }
}

/// By sense "the request was refused": in English, German, French, Spanish, Portuguese and Japanese.
const REFUSED: [&str; 6] = [
    "The request was refused",
    "Die Anfrage wurde abgelehnt",
    "La demande a été refusée",
    "La solicitud fue rechazada",
    "A solicitação foi recusada",
    "要求は拒否されました",
];

#[test]
fn every_row_of_calls_means_the_same_whatever_language_its_text_is_in() {
    let mut tried = 0;
    for sign in at(At::Rest) {
        for error in sign.errors {
            let code = error.replace('*', "_or_readonly").to_uppercase();
            let meant = api_error(sign.status.0, &code);
            assert_eq!(meant.code, sign.code, "{} {code} with {}", sign.id, sign.status.0);
            let mut told = BTreeSet::new();
            for text in REFUSED {
                let pasted = format!("[{{\"message\":\"{text}\",\"errorCode\":\"{code}\"}}]");
                let causes = paste::explain(&pasted, paste::LONGEST).causes;
                assert_eq!(causes.len(), 1, "{pasted}: {causes:?}");
                told.insert((causes[0].cause.clone(), causes[0].message.clone()));
                tried += 1;
            }
            assert_eq!(told.len(), 1, "{code} is told alike in all languages: {told:?}");
        }
    }
    eprintln!("{tried} texts of calls in {} languages lead to the cause of their code", REFUSED.len());
}
