Target amd64-unicode
; The installer for Windows: for one user, without an administrator. docs/packages.md says what it does and why. ./build gives it:
;
;   VERSION, PROGRAMS (the folder of the programs), NOTICES, ICON, OUT, SIZE (in kB), SIGN (the script that signs, see ./sign)
;
; The same inputs give the same installer, to the byte: no times of files are kept, and files stand in the order below.

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "WinMessages.nsh"
!include "WinVer.nsh"

!define NAME "Datatrax Connect"
!define ID "com.getdatatrax.connect"
!define WINDOW "datatrax-connect.exe"
!define AGENT "datatrax-agent.exe"
!define SHORTCUT "$SMPROGRAMS\${NAME}.lnk"
!define CLASS "Software\Classes\${ID}"
!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${ID}"
!define RUN "Software\Microsoft\Windows\CurrentVersion\Run"
!define RUN_APPROVED "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run"
!define LEFT_BEHIND "$LOCALAPPDATA\datatrax-connect"

Name "${NAME}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${NAME}"
InstallDirRegKey HKCU "Software\${ID}" "InstallDir"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
!ifndef FAST
  ; dtx and the agent are nearly the same: the second one is found in the first one within so many MB.
  SetCompressor /SOLID lzma
  SetCompressorDictSize 64
!endif
SetDateSave off
AutoCloseWindow true
BrandingText "${NAME} ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "${NAME}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Installs ${NAME}"
VIAddVersionKey "CompanyName" "Datatrax"
VIAddVersionKey "LegalCopyright" "Datatrax, MIT or Apache-2.0"

; Both are programs that people start, so both are signed. The installer's own is the last step.
!uninstfinalize '"${SIGN}" "%1"'
!finalize '"${SIGN}" "%1"'

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING

!include "guarded.nsh"
!include "path.nsh"
!include "shortcut.nsh"
!include "programs.nsh"
!include "webview2.nsh"
!include "words.nsh"

Page custom ShowBeginning
!insertmacro MUI_PAGE_INSTFILES
Page custom ShowEnd LeaveEnd
UninstPage custom un.ShowBeginning
!define MUI_INSTFILESPAGE_FINISHHEADER_TEXT "${NAME} is removed"
!define MUI_INSTFILESPAGE_FINISHHEADER_SUBTEXT "What you have made with it is still here, and is found again by another installation."
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Function .onInit
  !insertmacro LoadOnlyFromTheSystem
  SetShellVarContext current
  ${IfNot} ${AtLeastWin10}
    MessageBox MB_OK|MB_ICONSTOP "${NAME} needs Windows 10 or newer." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  Call BeTheOnlyOne
  Call LeaveAloneWhatIsForEverybody
FunctionEnd

; Two at once would be in each other's way. The name is this login's, and goes with this process.
Function BeTheOnlyOne
  System::Call 'kernel32::CreateMutexW(p 0, i 0, w "Local\${ID}.setup") p .r0 ?e'
  Pop $1
  ${If} $1 = 183 ; ERROR_ALREADY_EXISTS
    MessageBox MB_OK|MB_ICONEXCLAMATION "${NAME} is being installed already." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

; What the package for software distribution has installed. Beside it, each one's agent would be a stranger to the other's programs.
Function LeaveAloneWhatIsForEverybody
  ReadRegStr $0 HKLM "Software\${ID}" "InstallDir"
  ${If} $0 != ""
  ${AndIf} ${FileExists} "$0${WINDOW}"
    MessageBox MB_OK|MB_ICONINFORMATION "${NAME} is installed for everybody on this computer already, by whoever looks after it. It is in the Start menu." /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
FunctionEnd

Function un.onInit
  !insertmacro LoadOnlyFromTheSystem
  SetShellVarContext current
FunctionEnd

Section
  ; All files are written beside the old ones before anything changes.
  SetOutPath "$INSTDIR"
  Call RemoveWhatWasReplaced
  File "/oname=dtx.exe.new" "${PROGRAMS}/dtx.exe"
  File "/oname=${AGENT}.new" "${PROGRAMS}/${AGENT}"
  File "/oname=${WINDOW}.new" "${PROGRAMS}/${WINDOW}"
  File "/oname=WebView2Loader.dll.new" "${PROGRAMS}/WebView2Loader.dll"
  File "/oname=notices.txt.new" "${NOTICES}"
  Call StopTheAgent
  ${PutInPlace} "dtx.exe"
  ${PutInPlace} "${AGENT}"
  ${PutInPlace} "${WINDOW}"
  ${PutInPlace} "WebView2Loader.dll"
  ${PutInPlace} "notices.txt"
  WriteUninstaller "$INSTDIR\uninstall.exe"

  !insertmacro MakeShortcut "${SHORTCUT}" "$INSTDIR\${WINDOW}" "${ID}"
  Call AddToPath
  Call Register
  Call StartTheAgentAgain
  Call HaveWebView2
SectionEnd

Function Register
  ; "%1" in quotes: whatever a link holds, it is one argument.
  WriteRegStr HKCU "${CLASS}" "" "URL:${NAME}"
  WriteRegStr HKCU "${CLASS}" "URL Protocol" ""
  WriteRegStr HKCU "${CLASS}\DefaultIcon" "" '"$INSTDIR\${WINDOW}",0'
  WriteRegStr HKCU "${CLASS}\shell\open\command" "" '"$INSTDIR\${WINDOW}" "%1"'
  WriteRegStr HKCU "Software\${ID}" "InstallDir" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${NAME}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${WINDOW},0"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "Datatrax"
  WriteRegStr HKCU "${UNINSTALL}" "URLInfoAbout" "https://www.getdatatrax.com"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${SIZE}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
FunctionEnd

; Only what the installer has made goes, file by file: a folder that was named may hold other things.
Section Uninstall
  SetOutPath "$INSTDIR"
  Call un.StopTheAgent
  ; A folder that a program is in cannot go.
  SetOutPath "$TEMP"
  Call un.RemoveWhatWasReplaced
  ${TakeAway} "dtx.exe"
  ${TakeAway} "${AGENT}"
  ${TakeAway} "${WINDOW}"
  ${TakeAway} "WebView2Loader.dll"
  ${TakeAway} "notices.txt"
  ${TakeAway} "uninstall.exe"
  RMDir "$INSTDIR"

  Delete "${SHORTCUT}"
  Call un.RemoveFromPath
  ; Another copy may have taken the links over; then they stay with it.
  ReadRegStr $0 HKCU "${CLASS}\shell\open\command" ""
  ${If} $0 == '"$INSTDIR\${WINDOW}" "%1"'
    DeleteRegKey HKCU "${CLASS}"
  ${EndIf}
  Call un.RemoveFromLogin
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${ID}"
  ${If} ${FileExists} "${LEFT_BEHIND}\*"
    DetailPrint "Connections and settings are left in ${LEFT_BEHIND}"
    DetailPrint "The key to them is left in Windows' Credential Manager."
  ${EndIf}
SectionEnd
