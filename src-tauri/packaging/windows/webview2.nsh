; Microsoft's WebView2 Runtime, which draws the window. Windows 11 has it. Where it is missing, Microsoft's own small installer is
; fetched over https by Windows itself (urlmon, with Windows' proxies and authorities), into a new folder that nobody but this user
; and the system may open. It is started only if its signature is valid, leads to a root of Microsoft's and names Microsoft, while it
; is held so that nobody can exchange it in between. Otherwise its page is opened, and the last page says so.

!define WEBVIEW2_CLIENT "EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}"
!ifndef WEBVIEW2_SETUP
  !define WEBVIEW2_SETUP "https://go.microsoft.com/fwlink/p/?LinkId=2124703"
!endif
!define WEBVIEW2_PAGE "https://developer.microsoft.com/microsoft-edge/webview2/"

Var NeedsWebView2

; Leaves in $NeedsWebView2 whether the runtime is missing, as Microsoft says how to find out.
Function LookForWebView2
  StrCpy $NeedsWebView2 0
  ReadRegStr $0 HKLM "SOFTWARE\WOW6432Node\Microsoft\${WEBVIEW2_CLIENT}" "pv"
  ${If} $0 == ""
    ReadRegStr $0 HKCU "Software\Microsoft\${WEBVIEW2_CLIENT}" "pv"
  ${EndIf}
  ${If} $0 == ""
  ${OrIf} $0 == "0.0.0.0"
    StrCpy $NeedsWebView2 1
  ${EndIf}
FunctionEnd

Function HaveWebView2
  Call LookForWebView2
  ${If} $NeedsWebView2 = 0
    Return
  ${EndIf}
  DetailPrint "Fetching Microsoft's WebView2 Runtime, which draws the window…"
  Call MakeOwnFolder
  ${If} $1 == ""
    DetailPrint "No folder could be made for it."
  ${Else}
    StrCpy $2 "$1\MicrosoftEdgeWebview2Setup.exe"
    System::Call 'urlmon::URLDownloadToFileW(p 0, w "${WEBVIEW2_SETUP}", w r2, i 0, p 0) i .r3'
    ${If} $3 = 0
      Call StartIfMicrosofts
    ${Else}
      DetailPrint "It could not be fetched."
    ${EndIf}
    Delete $2
    RMDir $1
    Call LookForWebView2
  ${EndIf}
  ${If} $NeedsWebView2 = 1
    DetailPrint "The WebView2 Runtime is missing still. It is to be had at ${WEBVIEW2_PAGE}"
    IfSilent +2
    ExecShell "open" "${WEBVIEW2_PAGE}"
  ${EndIf}
FunctionEnd

; Leaves in $1 a new folder whose access list has its owner and the system alone, and inherits nothing; else nothing.
Function MakeOwnFolder
  StrCpy $1 ""
  System::Call 'advapi32::ConvertStringSecurityDescriptorToSecurityDescriptorW(w "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)", i 1, *p .r4, p 0) i .r5'
  ${If} $5 = 0
    Return
  ${EndIf}
  System::Call '*(i 24, i 0, p r4, i 0, i 0) p .r6' ; SECURITY_ATTRIBUTES
  GetTempFileName $7 $LOCALAPPDATA
  Delete $7
  System::Call 'kernel32::CreateDirectoryW(w r7, p r6) i .r5'
  ${If} $5 <> 0
    StrCpy $1 $7
  ${EndIf}
  System::Free $6
  System::Call 'kernel32::LocalFree(p r4)'
FunctionEnd

; Starts $2 and waits for it, if it is Microsoft's.
Function StartIfMicrosofts
  ; Others may read it meanwhile and not write, rename or delete.
  System::Call 'kernel32::CreateFileW(w r2, i 0x80000000, i 1, p 0, i 3, i 0, p 0) p .r3'
  ${If} $3 P= -1
    DetailPrint "It could not be opened."
    Return
  ${EndIf}
  Call IsMicrosofts
  ${If} $4 = 1
    ExecWait '"$2" /silent /install'
  ${Else}
    DetailPrint "It is not signed by Microsoft, so that it was not started."
  ${EndIf}
  System::Call 'kernel32::CloseHandle(p r3)'
FunctionEnd

; Leaves in $4 whether the file $2, held by $3, has a valid signature of Microsoft's. In a structure, the single `i 0` after another
; is what the compiler leaves free before a pointer.
Function IsMicrosofts
  StrCpy $4 0
  System::Call '*(&w${NSIS_MAX_STRLEN} "$2") p .r9'
  System::Call '*(i 32, i 0, p r9, p r3, p 0) p .r5' ; WINTRUST_FILE_INFO
  ; WINTRUST_DATA: no dialogs (2), a file (1), kept for the questions below (1).
  System::Call '*(i 88, i 0, p 0, p 0, i 2, i 0, i 1, i 0, p r5, i 1, i 0, p 0, p 0, i 0, i 0, p 0) p .r6'
  System::Call '*(&g16 "{00AAC56B-CD44-11D0-8CC2-00C04FC295EE}") p .r7' ; WINTRUST_ACTION_GENERIC_VERIFY_V2
  System::Call 'wintrust::WinVerifyTrust(p -1, p r7, p r6) i .r8'
  ${If} $8 = 0
    System::Call '*$6(i, i, p, p, i, i, i, i, p, i, i, p .r0)'
    System::Call 'wintrust::WTHelperProvDataFromStateData(p r0) p .r0'
    System::Call 'wintrust::WTHelperGetProvSignerFromChain(p r0, i 0, i 0, i 0) p .r0'
    ${If} $0 P<> 0
      Call IsSignerMicrosoft
    ${EndIf}
  ${EndIf}
  System::Call '*$6(i 88, i 0, p 0, p 0, i 2, i 0, i 1, i 0, p r5, i 2)' ; what was kept may go
  System::Call 'wintrust::WinVerifyTrust(p -1, p r7, p r6)'
  System::Free $5
  System::Free $6
  System::Free $7
  System::Free $9
FunctionEnd

; Leaves in $4 whether the CRYPT_PROVIDER_SGNR at $0 is Microsoft: its chain ends at one of Microsoft's own roots, which Windows
; knows by their keys, and its certificate is of Microsoft Corporation.
Function IsSignerMicrosoft
  Push $5
  Push $6
  Push $7
  IntPtrOp $5 $0 + 56
  System::Call '*$5(p .r5)' ; the chain
  System::Call '*(i 16, i 0x20000, p 0) p .r6' ; CERT_CHAIN_POLICY_PARA, for the roots of Microsoft's applications
  System::Call '*(i 24, i 0, i 0, i 0, p 0) p .r7' ; CERT_CHAIN_POLICY_STATUS
  System::Call 'crypt32::CertVerifyCertificateChainPolicy(p 7, p r5, p r6, p r7) i .r8'
  System::Free $6
  System::Call '*$7(i, i .r6)'
  System::Free $7
  ${If} $8 <> 0
  ${AndIf} $6 = 0
    System::Call 'wintrust::WTHelperGetProvCertFromChain(p r0, i 0) p .r5'
    IntPtrOp $5 $5 + 8
    System::Call '*$5(p .r5)'
    System::Call 'crypt32::CertGetNameStringW(p r5, i 3, i 0, m "2.5.4.10", w .r6, i 256)' ; the organisation
    ${If} $6 S== "Microsoft Corporation"
      StrCpy $4 1
    ${EndIf}
  ${EndIf}
  Pop $7
  Pop $6
  Pop $5
FunctionEnd
