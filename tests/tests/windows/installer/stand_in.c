/* Stands in for a program of ours: writes down how it was started, and answers the installer as dtx does. It counts as a running
   agent while %TEMP%\agent exists. `hold` runs until %TEMP%\hold is gone, `start` runs the line in %TEMP%\line. */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>

static wchar_t *in_temp(const wchar_t *name) {
  static wchar_t path[2][400];
  static int turn;
  wchar_t *made = path[turn++ % 2];
  GetTempPathW(300, made);
  return wcscat(made, name);
}

static int exists(const wchar_t *name) { return GetFileAttributesW(in_temp(name)) != INVALID_FILE_ATTRIBUTES; }

static void write_down(int count, wchar_t **words) {
  wchar_t program[400];
  GetModuleFileNameW(NULL, program, 400);
  FILE *log = _wfopen(in_temp(L"log"), L"a, ccs=UTF-8");
  fwprintf(log, L"%hs %ls", VERSION, wcsrchr(program, L'\\') + 1);
  for (int i = 1; i < count; i++) fwprintf(log, L" <%ls>", words[i]);
  fwprintf(log, L"\n");
  fclose(log);
}

static int start(void) {
  static wchar_t line[4000];
  FILE *file = _wfopen(in_temp(L"line"), L"r, ccs=UTF-8");
  fgetws(line, 4000, file);
  fclose(file);
  STARTUPINFOW begin = {.cb = sizeof begin};
  PROCESS_INFORMATION started;
  if (!CreateProcessW(NULL, line, NULL, NULL, FALSE, 0, NULL, NULL, &begin, &started)) return 1;
  WaitForSingleObject(started.hProcess, INFINITE);
  return 0;
}

int wmain(int count, wchar_t **words) {
  const wchar_t *last = count > 1 ? words[count - 1] : L"";
  if (!wcscmp(last, L"start")) return start();
  write_down(count, words);
  if (!wcscmp(last, L"--json")) printf("{\"running\":%s,\"pid\":null}\n", exists(L"agent") ? "true" : "false");
  if (!wcscmp(last, L"stop")) DeleteFileW(in_temp(L"agent"));
  if (!wcscmp(last, L"hold")) while (exists(L"hold")) Sleep(50);
  return 0;
}
