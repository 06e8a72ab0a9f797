; The programs that may run while they are replaced or taken away. Windows lets nobody write over a running program, but it may be
; given another name: it goes on as it is, and the next start finds the new one.

Var TheAgentRan

!macro ProgramFunctions UN

; The agent finishes what is under way, a refresh included, and ends. One that cannot be reached goes on; whichever window opens next says so.
Function ${UN}StopTheAgent
  StrCpy $TheAgentRan 0
  ${IfNot} ${FileExists} "$INSTDIR\dtx.exe"
    Return
  ${EndIf}
  nsExec::ExecToStack '"$INSTDIR\dtx.exe" agent status --json'
  Pop $0
  Pop $1
  ${If} $0 == 0
    Push $1
    Call ${UN}SaysItRuns
    Pop $TheAgentRan
  ${EndIf}
  ${If} $TheAgentRan = 1
    DetailPrint "The background part (dtx agent) finishes what is under way."
    nsExec::ExecToStack '"$INSTDIR\dtx.exe" agent stop'
    Pop $0
    Pop $1
  ${EndIf}
FunctionEnd

; Whether the answer of `dtx agent status --json` on the stack has "running": true.
Function ${UN}SaysItRuns
  Exch $0
  Push $1
  StrCpy $1 0
  ${Do}
    StrCpy $2 $0 14 $1
    ${If} $2 == ""
      StrCpy $0 0
      ${Break}
    ${EndIf}
    ${If} $2 == '"running":true'
      StrCpy $0 1
      ${Break}
    ${EndIf}
    IntOp $1 $1 + 1
  ${Loop}
  Pop $1
  Exch $0
FunctionEnd

; Removes what former installations had to leave because it ran.
Function ${UN}RemoveWhatWasReplaced
  FindFirst $0 $1 "$INSTDIR\*.replaced-*"
  ${DoUntil} $1 == ""
    Delete "$INSTDIR\$1"
    FindNext $0 $1
  ${Loop}
  FindClose $0
FunctionEnd

!macroend

!insertmacro ProgramFunctions ""
!insertmacro ProgramFunctions "un."

; A name that is free, for $INSTDIR\$0 while it runs: left in $2.
Function NameAside
  StrCpy $1 0
  ${Do}
    IntOp $1 $1 + 1
    StrCpy $2 "$INSTDIR\$0.replaced-$1"
  ${LoopWhile} ${FileExists} $2
FunctionEnd

; $INSTDIR\$0.new becomes $INSTDIR\$0.
Function PutInPlace
  again:
  Delete "$INSTDIR\$0"
  ${If} ${FileExists} "$INSTDIR\$0"
    Call NameAside
    Rename "$INSTDIR\$0" $2
  ${EndIf}
  ClearErrors
  Rename "$INSTDIR\$0.new" "$INSTDIR\$0"
  ${IfNot} ${Errors}
    Return
  ${EndIf}
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$INSTDIR\$0 cannot be replaced, because another program holds it. Close that program, then press Retry." /SD IDCANCEL IDRETRY again
  Call StartTheAgentAgain
  SetErrorLevel 2
  Abort "$INSTDIR\$0 could not be replaced."
FunctionEnd
!define PutInPlace "!insertmacro PutInPlace"
!macro PutInPlace FILE
  StrCpy $0 "${FILE}"
  Call PutInPlace
!macroend

; Removes $INSTDIR\$0; while it runs, Windows' folder for what can go at any time takes it.
Function un.TakeAway
  Delete "$INSTDIR\$0"
  ${If} ${FileExists} "$INSTDIR\$0"
    GetTempFileName $2
    Delete $2
    Rename "$INSTDIR\$0" $2
  ${EndIf}
FunctionEnd
!define TakeAway "!insertmacro TakeAway"
!macro TakeAway FILE
  StrCpy $0 "${FILE}"
  Call un.TakeAway
!macroend

Function StartTheAgentAgain
  ${If} $TheAgentRan = 1
    Exec '"$INSTDIR\${AGENT}" agent --restart'
  ${EndIf}
FunctionEnd

; The agents of this copy that start with the login: there is one for each home.
Function un.RemoveFromLogin
  StrLen $3 '"$INSTDIR\'
  StrCpy $0 0
  ${Do}
    EnumRegValue $1 HKCU "${RUN}" $0
    ${If} $1 == ""
      ${Break}
    ${EndIf}
    ReadRegStr $2 HKCU "${RUN}" $1
    StrCpy $2 $2 $3
    ${If} $2 == '"$INSTDIR\'
      DeleteRegValue HKCU "${RUN}" $1
      DeleteRegValue HKCU "${RUN_APPROVED}" $1
    ${Else}
      IntOp $0 $0 + 1
    ${EndIf}
  ${Loop}
FunctionEnd
